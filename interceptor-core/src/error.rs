//! What is wrong with a configuration, and what to do about it.
//!
//! These errors are made while a table or a layer is built, so at the start of a program; a call never ends with
//! one. They are written for the person who reads them in a terminal.

use std::{borrow::Cow, error::Error, fmt};

/// The two lines of a `build.rs`, and the one of the program, that make a table of methods.
const HOW_TO_WRITE_A_DESCRIPTOR_SET: &str = "\
write it in build.rs:
    let set = std::path::PathBuf::from(std::env::var(\"OUT_DIR\")?).join(\"methods.bin\");
    tonic_prost_build::configure().file_descriptor_set_path(set).compile_protos(&[\"proto/echo.proto\"], &[\"proto\"])?;
and read it with:
    Methods::from_file_descriptor_set(tonic::include_file_descriptor_set!(\"methods\"))";

/// How many names a message lists before it says how many more there are.
const MAX_LISTED: usize = 8;

/// A table of methods, a pattern, a chain or a layer that cannot work as it was written.
///
/// Its text says what is wrong and what to do. An interceptor that checks itself when its layer is made
/// (`Interceptor::check`) makes one with [`ConfigError::new`].
///
/// ```
/// # use interceptor_core::ConfigError;
/// let error = ConfigError::new("max_attempts is 0; give at least 1").at("field `retry`");
/// assert_eq!(error.to_string(), "field `retry`: max_attempts is 0; give at least 1");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    // In a box: a `Result` of it then costs its `Ok` side nothing.
    kind: Box<Kind>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bytes that are no `FileDescriptorSet`.
    NotADescriptorSet { reason: String },
    /// A `FileDescriptorSet` without a service.
    NoServices,
    /// Text in the place of a method's path.
    NotAPath { text: String },
    /// Text in the place of a pattern.
    NotAPattern { text: String },
    /// Two entries of one path that do not say the same.
    Conflict {
        path: String,
        first: String,
        second: String,
    },
    /// `Methods::unknown()` cannot be merged with a table.
    MergeUnknown,
    /// `Methods::unknown()` cannot tell whether a pattern matches something.
    PatternOnUnknown { pattern: String },
    /// A rule that would never fire.
    MatchesNothing {
        pattern: String,
        candidates: Candidates,
    },
    /// Made by the public constructor.
    Other(Cow<'static, str>),
    /// Another error, and where it is.
    At {
        place: Cow<'static, str>,
        error: ConfigError,
    },
}

/// What a pattern that matches nothing may have meant, the likeliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Candidates {
    /// The table has the service; these are its methods' names.
    Methods { service: String, names: Vec<String> },
    /// The table lacks the service; these are the names of those that it has.
    Services(Vec<String>),
}

// === impl ConfigError ===

impl ConfigError {
    /// An error of an interceptor's own; the text says what is wrong and what to do, lower case, without a full stop.
    #[must_use]
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Kind::Other(message.into()).into()
    }

    /// Says where the mistake is: `place` goes before the text, as in ``field `retry`: …``.
    #[must_use]
    pub fn at(self, place: impl Into<Cow<'static, str>>) -> Self {
        let place = place.into();
        Kind::At { place, error: self }.into()
    }

    #[cfg(test)]
    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }
}

impl From<Kind> for ConfigError {
    fn from(kind: Kind) -> Self {
        Self {
            kind: Box::new(kind),
        }
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `main` prints the `Debug` form of its error: the text is of more use there than the parts.
        write!(f, "ConfigError({self})")
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Error for ConfigError {}

// === impl Kind ===

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADescriptorSet { reason } => write!(
                f,
                "these bytes are not a file descriptor set ({reason}); {HOW_TO_WRITE_A_DESCRIPTOR_SET}"
            ),
            Self::NoServices => write!(
                f,
                "the file descriptor set has no service in it; {HOW_TO_WRITE_A_DESCRIPTOR_SET}"
            ),
            Self::NotAPath { text } => write!(
                f,
                "{text:?} is not the path of a method; write `/package.Service/Method`"
            ),
            Self::NotAPattern { text } => write!(
                f,
                "{text:?} is not a pattern; write `/package.Service/Method`, or `/package.Service/*` for all methods of a service"
            ),
            Self::Conflict { path, first, second } => write!(
                f,
                "`{path}` has two entries that differ: {first}, and {second}; \
                 make both from one version of the .proto file, or leave one out"
            ),
            Self::MergeUnknown => f.write_str(
                "`Methods::unknown()` cannot be merged: it says that nothing is known of any method; merge tables only, \
                 and let the layer pass what they lack with `.unknown(Unknown::Pass)`",
            ),
            Self::PatternOnUnknown { pattern } => write!(
                f,
                "the pattern `{pattern}` needs a table of methods, and the layer was given `Methods::unknown()`; \
                 take the pattern out, or {HOW_TO_WRITE_A_DESCRIPTOR_SET}"
            ),
            Self::MatchesNothing { pattern, candidates } => {
                write!(f, "the pattern `{pattern}` matches no method of the table; {candidates}")
            }
            Self::Other(message) => f.write_str(message),
            Self::At { place, error } => write!(f, "{place}: {error}"),
        }
    }
}

// === impl Candidates ===

impl fmt::Display for Candidates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Methods { service, names } => {
                write!(f, "`{service}` has ")?;
                list(f, names)
            }
            Self::Services(names) => {
                f.write_str("the services of the table are ")?;
                list(f, names)
            }
        }
    }
}

/// Writes the first names, and how many more there are.
fn list(f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
    for (index, name) in names.iter().take(MAX_LISTED).enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(f, "{separator}`{name}`")?;
    }
    match names.len().saturating_sub(MAX_LISTED) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}
