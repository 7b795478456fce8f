//! How much time a call of a method gets.

use std::time::{Duration, Instant};

use interceptor_core::{ConfigError, Method, Methods, Pattern};

/// The most time that calls get, by method. The most specific entry counts: that of the method, else that of its service,
/// else that for all.
#[derive(Debug, Clone, Default)]
pub(super) struct Limits {
    all: Option<Duration>,
    /// Of one method; `None` is as long as it takes.
    methods: Vec<(Pattern, Option<Duration>)>,
    /// Of all methods of a service.
    services: Vec<(Pattern, Option<Duration>)>,
}

// === impl Limits ===

impl Limits {
    pub(super) fn for_all(&mut self, max: Duration) {
        self.all = Some(max);
    }

    pub(super) fn for_some(
        &mut self,
        pattern: &str,
        max: Option<Duration>,
    ) -> Result<(), ConfigError> {
        let pattern = Pattern::parse(pattern)?;
        let entries = if pattern.is_service() {
            &mut self.services
        } else {
            &mut self.methods
        };
        if entries.iter().any(|(known, _)| *known == pattern) {
            let text = format!("`{pattern}` has a limit already; give one");
            return Err(ConfigError::new(text));
        }
        entries.push((pattern, max));
        Ok(())
    }

    pub(super) fn check(&self, methods: &Methods) -> Result<(), ConfigError> {
        let mut patterns = self.methods.iter().chain(&self.services);
        patterns.try_for_each(|(pattern, _)| methods.check_pattern(pattern))
    }

    /// When a call that begins now is to be over. A time that is too long to be told is none.
    pub(super) fn deadline(&self, method: &Method) -> Option<Instant> {
        self.of(method).and_then(|max| now().checked_add(max))
    }

    fn of(&self, method: &Method) -> Option<Duration> {
        let mut entries = self.methods.iter().chain(&self.services);
        let entry = entries.find(|(pattern, _)| pattern.matches(method));
        entry.map_or(self.all, |(_, max)| *max)
    }
}

/// The earlier of two deadlines.
pub(super) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Now, by the clock that tests can pause.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
