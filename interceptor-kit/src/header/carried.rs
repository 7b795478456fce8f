//! Metadata of the call that is being served here, for the calls that are made for it.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};
use interceptor_core::Guard;

use super::rules::{chosen, replace};

tokio::task_local! {
    static CARRIED: Carried;
}

/// What is handed on.
#[derive(Debug, Clone)]
pub(super) struct Carried(Arc<HeaderMap>);

// === impl Carried ===

impl Carried {
    /// The metadata of these names.
    pub(super) fn of(headers: &HeaderMap, names: &[HeaderName]) -> Self {
        let mut carried = HeaderMap::new();
        for name in names {
            replace(&mut carried, name, chosen(headers, name));
        }
        Self(Arc::new(carried))
    }

    pub(super) fn current() -> Option<Self> {
        CARRIED.try_with(Clone::clone).ok()
    }

    pub(super) async fn scope<F: Future>(self, future: F) -> F::Output {
        CARRIED.scope(self, future).await
    }

    /// Hands on what is chosen here, too, to a call that has none of that name.
    pub(super) fn hand_on(&self, names: &[HeaderName], headers: &mut HeaderMap) {
        for name in names.iter().filter(|name| self.0.contains_key(*name)) {
            if !headers.contains_key(name) {
                replace(headers, name, chosen(&self.0, name));
            }
        }
    }
}

impl Guard for Carried {
    fn around(&mut self, poll: &mut dyn FnMut()) {
        CARRIED.sync_scope(self.clone(), poll);
    }
}
