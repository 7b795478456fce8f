//! The table itself.

use std::{fmt, slice, sync::Arc};

use super::{
    Detail, Method, MethodEntry, Pattern, descriptor_set, known,
    merge::{Entries, insert},
    nearest::nearest,
    places::Places,
    split,
};
use crate::{
    call::CallKind,
    error::{Candidates, ConfigError, Kind},
};

/// The methods that a layer knows, by path.
///
/// The services for health and reflection (`grpc.health.v1`, `grpc.reflection.v1` and `v1alpha`) are always in it. A
/// clone costs one atomic increment.
///
/// A layer needs a table to know each call's type. A path that is not in it runs as a stream of requests and a stream of
/// responses, and interceptors for particular call types refuse it.
///
/// # Example
///
/// ```
/// use interceptor_core::{CallKind, Methods};
///
/// let methods = Methods::builder()
///     .method("/shop.v1.Orders/Create", CallKind::UnaryUnary)
///     .method("/shop.v1.Orders/Follow", CallKind::UnaryStream)
///     .build()?;
///
/// let follow = methods.get("/shop.v1.Orders/Follow").expect("it was put in");
/// assert_eq!(follow.kind(), CallKind::UnaryStream);
/// assert!(methods.get("/grpc.health.v1.Health/Check").is_some());
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Methods(Arc<Table>);

/// Makes a [`Methods`] by hand, where there is no descriptor set.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct MethodsBuilder {
    entries: Vec<(String, CallKind)>,
}

struct Table {
    /// By path, so that lists and messages are the same on every run.
    sorted: Box<[Method]>,
    by_path: Places,
    unknown: bool,
}

// === impl Methods ===

impl Methods {
    /// The methods of a `google.protobuf.FileDescriptorSet`, which `tonic-prost-build` writes where
    /// `file_descriptor_set_path` says. It is the set that server reflection needs, too.
    ///
    /// # Errors
    ///
    /// If the bytes are not such a set, or if there is no service in it. The text says how to write one. If two entries
    /// for one path differ, it names both.
    pub fn from_file_descriptor_set(set: &[u8]) -> Result<Self, ConfigError> {
        Self::known(descriptor_set::read(set)?)
    }

    /// The methods of a table that is a constant: the `METHODS` that `interceptor-build` writes beside tonic's code. Nothing
    /// is parsed at the start of the program, and no descriptors are in the binary.
    ///
    /// Messages as JSON (feature `reflect`) need descriptors: merge [`from_file_descriptor_set`] of the same files.
    ///
    /// # Errors
    ///
    /// If a path is not of the form `/package.Service/Method`, or if two entries for one path differ.
    ///
    /// [`from_file_descriptor_set`]: Self::from_file_descriptor_set
    pub fn from_table(table: &[MethodEntry]) -> Result<Self, ConfigError> {
        Self::known(
            table
                .iter()
                .map(MethodEntry::method)
                .collect::<Result<_, _>>()?,
        )
    }

    /// Starts a table that is written by hand.
    pub fn builder() -> MethodsBuilder {
        MethodsBuilder::default()
    }

    /// Says openly that nothing is known: all calls run as a stream of requests and a stream of responses, and patterns
    /// are an error.
    #[must_use]
    pub fn unknown() -> Self {
        Self(Arc::new(Table::new(Entries::new(), true)))
    }

    /// Both tables in one. Equal entries merge.
    ///
    /// Of an entry that was written by hand and one from a descriptor set, which says more, the latter is kept, as long
    /// as their call types agree.
    ///
    /// # Errors
    ///
    /// If an entry is in both and they differ: it names both. If one of them is [`Methods::unknown`].
    pub fn merge(self, other: Self) -> Result<Self, ConfigError> {
        let both = [self, other];
        if both.iter().any(Self::is_unknown) {
            return Err(Kind::MergeUnknown.into());
        }
        Self::of(both.iter().flatten().cloned())
    }

    fn known(methods: Vec<Method>) -> Result<Self, ConfigError> {
        Self::of(methods.into_iter().chain(known::methods()))
    }

    fn of(methods: impl Iterator<Item = Method>) -> Result<Self, ConfigError> {
        let mut entries = Entries::new();
        for method in methods {
            insert(&mut entries, method)?;
        }
        Ok(Self(Arc::new(Table::new(entries, false))))
    }

    /// The method of that path, such as `/shop.v1.Orders/Create`.
    #[inline]
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Method> {
        self.0.by_path.get(path)
    }

    /// All methods, sorted by path; those of health and reflection are among them.
    pub fn iter(&self) -> slice::Iter<'_, Method> {
        self.0.sorted.iter()
    }

    /// The full names of all services, sorted as their methods' paths are.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        self.iter()
            .map(Method::service)
            .filter(move |service| last.replace(*service) != Some(*service))
    }

    /// Whether this is [`Methods::unknown`].
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.0.unknown
    }

    /// Asks that the pattern matches something, so that it is not a rule that never fires.
    ///
    /// # Errors
    ///
    /// If it matches no method, with the names that it may have meant; if this is [`Methods::unknown`].
    pub fn check_pattern(&self, pattern: &Pattern) -> Result<(), ConfigError> {
        if self.is_unknown() {
            return Err(Kind::PatternOnUnknown {
                pattern: pattern.to_string(),
            }
            .into());
        }
        if self.iter().any(|method| pattern.matches(method)) {
            return Ok(());
        }
        let (pattern, candidates) = (pattern.to_string(), self.candidates(pattern));
        Err(Kind::MatchesNothing {
            pattern,
            candidates,
        }
        .into())
    }

    /// What a pattern that matches nothing may have meant.
    fn candidates(&self, pattern: &Pattern) -> Candidates {
        let service = pattern.service_name();
        let names: Vec<_> = self
            .iter()
            .filter(|method| method.service() == service)
            .map(Method::name)
            .collect();
        if names.is_empty() {
            Candidates::Services(nearest(service, self.services().collect()))
        } else {
            let names = nearest(pattern.method_name().unwrap_or_default(), names);
            Candidates::Methods {
                service: service.to_owned(),
                names,
            }
        }
    }
}

impl<'a> IntoIterator for &'a Methods {
    type Item = &'a Method;
    type IntoIter = slice::Iter<'a, Method>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unknown() {
            return f.write_str("Methods::unknown()");
        }
        f.debug_map()
            .entries(self.iter().map(|method| (method.path(), method.kind())))
            .finish()
    }
}

// === impl MethodsBuilder ===

impl MethodsBuilder {
    /// Adds the method of that path, such as `/shop.v1.Orders/Create`.
    pub fn method(mut self, path: impl Into<String>, kind: CallKind) -> Self {
        self.entries.push((path.into(), kind));
        self
    }

    /// The table.
    ///
    /// # Errors
    ///
    /// If a path is not of the form `/package.Service/Method`, or if it was added twice with different call types.
    pub fn build(self) -> Result<Methods, ConfigError> {
        Methods::known(
            self.entries
                .into_iter()
                .map(by_hand)
                .collect::<Result<_, _>>()?,
        )
    }
}

fn by_hand((path, kind): (String, CallKind)) -> Result<Method, ConfigError> {
    if split(&path).is_none() {
        return Err(Kind::NotAPath { text: path }.into());
    }
    Ok(Method::undescribed(
        path.into(),
        kind,
        Detail::KindOnly,
        None,
    ))
}

// === impl Table ===

impl Table {
    fn new(entries: Entries, unknown: bool) -> Self {
        let sorted: Box<[_]> = entries.into_values().collect();
        Self {
            by_path: Places::new(&sorted),
            sorted,
            unknown,
        }
    }
}
