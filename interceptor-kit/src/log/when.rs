//! Which calls are logged.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use interceptor_core::{ConfigError, Method, Methods, Pattern};

/// When calls of a method are logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum When {
    /// Always; of calls that go well, those in the [sample](super::LogBuilder::one_in).
    #[default]
    Always,
    /// Only their end, and only if it is not OK.
    Fails,
    /// Never.
    Never,
}

/// What is said of methods, and which call it is.
#[derive(Debug)]
pub(super) struct Choice {
    /// A method's own before those of services.
    rules: Vec<(Pattern, When)>,
    otherwise: When,
    one_in: u64,
    calls: AtomicU64,
}

// === impl Choice ===

impl Choice {
    pub(super) fn new(mut rules: Vec<(Pattern, When)>, otherwise: When, one_in: u64) -> Self {
        rules.sort_by_key(|(pattern, _)| pattern.to_string().ends_with("/*"));
        Self {
            rules,
            otherwise,
            one_in,
            calls: AtomicU64::new(0),
        }
    }

    /// What is logged of this call.
    pub(super) fn when(&self, method: &Method) -> When {
        let rule = self
            .rules
            .iter()
            .find(|(pattern, _)| pattern.matches(method));
        let when = rule.map_or(self.otherwise, |(_, when)| *when);
        match when {
            When::Always if !self.is_in_sample() => When::Fails,
            when => when,
        }
    }

    fn is_in_sample(&self) -> bool {
        self.one_in == 1 || self.calls.fetch_add(1, Relaxed).is_multiple_of(self.one_in)
    }

    pub(super) fn check(&self, methods: &Methods) -> Result<(), ConfigError> {
        let mut patterns = self.rules.iter().map(|(pattern, _)| pattern);
        patterns.try_for_each(|pattern| methods.check_pattern(pattern))
    }
}
