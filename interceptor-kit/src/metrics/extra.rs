//! Labels of a user's own, with values that a call brings along.

use std::{borrow::Cow, fmt};

use interceptor_core::{
    ConfigError, Start,
    tonic::{
        Extensions,
        metadata::{Ascii, MetadataKey},
    },
};

use super::grow::Grow;

/// How many labels of its own a user can have.
pub(super) const MAX_LABELS: usize = 8;

/// A longer value counts as [`OTHER`].
const MAX_LEN: usize = 128;

/// The value in the place of those that there is no room for.
const OTHER: &str = "other";

/// The values of a call, each as the number that it has in its label: 0 for none, 1 for [`OTHER`].
pub(super) type Key = [u16; MAX_LABELS];

/// The labels.
#[derive(Debug, Default)]
pub(super) struct Extra(Vec<Label>);

#[derive(Debug)]
struct Label {
    name: Cow<'static, str>,
    source: Source,
    values: Grow<Box<str>, u16>,
}

/// Where the value of a label comes from.
pub(super) enum Source {
    Metadata(MetadataKey<Ascii>),
    Extension(Extension),
}

type Extension = Box<dyn for<'a> Fn(&'a Extensions) -> Option<&'a str> + Send + Sync>;

// === impl Extra ===

impl Extra {
    /// # Errors
    ///
    /// If a name is no label's, or is taken, or if there are too many.
    pub(super) fn new(
        labels: Vec<(Cow<'static, str>, Source)>,
        max_values: usize,
    ) -> Result<Self, ConfigError> {
        if labels.len() > MAX_LABELS {
            let text = format!(
                "{} labels of its own are more than {MAX_LABELS}",
                labels.len()
            );
            return Err(ConfigError::new(text));
        }
        let mut extra = Self::default();
        for (name, source) in labels {
            check_name(&name, &extra.0)?;
            let values = Grow::up_to(max_values);
            extra.0.push(Label {
                name,
                source,
                values,
            });
        }
        Ok(extra)
    }

    pub(super) fn names(&self) -> Vec<Cow<'static, str>> {
        self.0.iter().map(|label| label.name.clone()).collect()
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a call says, as numbers. It takes a lock for a value that is new.
    pub(super) fn key(&self, start: &Start<'_>) -> Key {
        let mut key = Key::default();
        for (number, label) in key.iter_mut().zip(&self.0) {
            *number = label.number(label.source.value(start));
        }
        key
    }

    /// The same as texts.
    pub(super) fn values(&self, key: &Key, start: &Start<'_>) -> Vec<String> {
        let labels = self.0.iter().zip(key);
        let values = labels.map(|(label, number)| match number {
            1 => OTHER,
            _ => label.source.value(start).unwrap_or_default(),
        });
        values.map(str::to_owned).collect()
    }
}

fn check_name(name: &str, before: &[Label]) -> Result<(), ConfigError> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_reserved = name.starts_with("__") || name.starts_with("grpc_") || name == "code";
    let problem = if !begins_well || !name.chars().all(is_word) {
        "is not the name of a label: letters, digits and `_`, and no digit first"
    } else if is_reserved || name == "le" {
        "is a label that means something else"
    } else if before.iter().any(|label| label.name == name) {
        "is a label twice"
    } else {
        return Ok(());
    };
    Err(ConfigError::new(format!("`{name}` {problem}")))
}

// === impl Label ===

impl Label {
    fn number(&self, value: Option<&str>) -> u16 {
        match value {
            None | Some("") => 0,
            Some(value) if value.len() > MAX_LEN => 1,
            Some(value) => match self.values.get(value) {
                Some(number) => *number,
                None => self.add(value),
            },
        }
    }

    #[cold]
    fn add(&self, value: &str) -> u16 {
        let make = |len: usize| {
            let number = u16::try_from(len + 2).expect("there is room for fewer");
            (value.into(), number)
        };
        self.values.get_or_add(value, make).copied().unwrap_or(1)
    }
}

// === impl Source ===

impl Source {
    /// From an extension of type `T`.
    pub(super) fn extension<T: Send + Sync + 'static>(
        value: impl Fn(&T) -> &str + Send + Sync + 'static,
    ) -> Self {
        Self::Extension(Box::new(move |all| all.get::<T>().map(&value)))
    }

    #[inline]
    fn value<'a>(&self, start: &'a Start<'_>) -> Option<&'a str> {
        match self {
            Self::Metadata(key) => start.metadata().get(key)?.to_str().ok(),
            Self::Extension(value) => value(start.extensions()),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metadata(key) => f.debug_tuple("Metadata").field(key).finish(),
            Self::Extension(_) => f.write_str("Extension"),
        }
    }
}
