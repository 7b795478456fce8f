use std::sync::Arc;

use interceptor_core::{ConfigError, Idempotency, Method, Methods, Pattern};

/// Which policy a method has, if it has one.
///
/// The most specific entry counts, and it counts whole: the method's own, then its service's, then the one for idempotent
/// methods, then the one for all.
///
/// ```
/// use interceptor_kit::policy::{HedgingPolicy, PolicyTable};
///
/// let table = PolicyTable::new()
///     .policy("/shop.v1.Orders/*", HedgingPolicy::new(3)?)?
///     .no_policy("/shop.v1.Orders/Create")?;
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyTable<P> {
    /// By path, sorted.
    methods: Vec<(Box<str>, Entry<P>)>,
    /// By service, sorted.
    services: Vec<(Box<str>, Entry<P>)>,
    idempotent: Option<Arc<P>>,
    all: Option<Arc<P>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry<P> {
    pattern: Pattern,
    policy: Option<Arc<P>>,
}

// === impl PolicyTable ===

impl<P> PolicyTable<P> {
    /// No method has a policy.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            methods: Vec::new(),
            services: Vec::new(),
            idempotent: None,
            all: None,
        }
    }

    /// The policy of a method, `/package.Service/Method`, or of all methods of a service, `/package.Service/*`.
    ///
    /// # Errors
    ///
    /// A pattern of another form; one that has an entry already.
    pub fn policy(self, pattern: &str, policy: impl Into<Arc<P>>) -> Result<Self, ConfigError> {
        self.entry(pattern, Some(policy.into()))
    }

    /// No policy for these methods, whatever a less specific entry says.
    ///
    /// # Errors
    ///
    /// As [`policy`](Self::policy).
    pub fn no_policy(self, pattern: &str) -> Result<Self, ConfigError> {
        self.entry(pattern, None)
    }

    /// The policy of methods that may be called twice without harm, as the `.proto` file says by `idempotency_level`
    /// (`NO_SIDE_EFFECTS` or `IDEMPOTENT`).
    #[must_use]
    pub fn idempotent(mut self, policy: impl Into<Arc<P>>) -> Self {
        self.idempotent = Some(policy.into());
        self
    }

    /// The policy of all methods that have no entry of their own: a service config's entry without a name. It is for those
    /// who know that each method may be called twice.
    #[must_use]
    pub fn all(mut self, policy: impl Into<Arc<P>>) -> Self {
        self.all = Some(policy.into());
        self
    }

    fn entry(mut self, pattern: &str, policy: Option<Arc<P>>) -> Result<Self, ConfigError> {
        let parsed = Pattern::parse(pattern)?;
        let (entries, key) = match pattern.strip_suffix("/*") {
            Some(service) => (&mut self.services, &service[1..]),
            None => (&mut self.methods, pattern),
        };
        let Err(place) = position(entries, key) else {
            return Err(ConfigError::new(format!(
                "`{pattern}` has two policies; leave one out"
            )));
        };
        let entry = Entry {
            pattern: parsed,
            policy,
        };
        entries.insert(place, (key.into(), entry));
        Ok(self)
    }

    /// The policy of that method.
    #[inline]
    #[must_use]
    pub fn get(&self, method: &Method) -> Option<&Arc<P>> {
        if let Ok(place) = position(&self.methods, method.path()) {
            return self.methods[place].1.policy.as_ref();
        }
        if let Ok(place) = position(&self.services, method.service()) {
            return self.services[place].1.policy.as_ref();
        }
        let is_idempotent = || method.idempotency() != Idempotency::Unknown;
        let class = self.idempotent.as_ref().filter(|_| is_idempotent());
        class.or(self.all.as_ref())
    }

    /// The same methods with what `map` makes of each policy.
    #[cfg(feature = "service-config")]
    pub(crate) fn map<Q>(&self, map: impl Fn(&P) -> Q) -> PolicyTable<Q> {
        let one = |policy: &Option<Arc<P>>| policy.as_ref().map(|policy| Arc::new(map(policy)));
        let each = |entries: &[(Box<str>, Entry<P>)]| {
            let entry = |(key, entry): &(Box<str>, Entry<P>)| {
                let (pattern, policy) = (entry.pattern.clone(), one(&entry.policy));
                (key.clone(), Entry { pattern, policy })
            };
            entries.iter().map(entry).collect()
        };
        PolicyTable {
            methods: each(&self.methods),
            services: each(&self.services),
            idempotent: one(&self.idempotent),
            all: one(&self.all),
        }
    }

    /// Whether no method has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut entries = self.methods.iter().chain(&self.services);
        let has_own = entries.any(|(_, entry)| entry.policy.is_some());
        !has_own && self.idempotent.is_none() && self.all.is_none()
    }

    /// Asks that each pattern matches a method of that table.
    ///
    /// # Errors
    ///
    /// A pattern that matches nothing.
    pub fn check(&self, methods: &Methods) -> Result<(), ConfigError> {
        let mut entries = self.methods.iter().chain(&self.services);
        entries.try_for_each(|(_, entry)| methods.check_pattern(&entry.pattern))
    }
}

impl<P> Default for PolicyTable<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// Where that key is, or where it belongs.
#[inline]
fn position<P>(entries: &[(Box<str>, Entry<P>)], key: &str) -> Result<usize, usize> {
    entries.binary_search_by(|(entry, _)| (**entry).cmp(key))
}
