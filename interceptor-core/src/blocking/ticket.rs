//! Which blocking parts belong to one call, so that only the first of them waits for the pool.

use std::sync::{Arc, Weak};

use http::Extensions;
use tokio::sync::Mutex;

use super::{
    bridge,
    pool::{Permit, Pool},
};
use crate::Side;

/// One call, to its blocking parts. It goes with the call as an extension, from the first of them to the handler.
///
/// It does not keep the permit, since extensions may live long: the jobs do, and the last of them gives it back.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pool: Pool,
    /// Whether the threads of this call are bounded otherwise.
    is_free: bool,
    /// Locked while it is waited for, so that the second of two parts waits for the first and not for another permit.
    permit: Mutex<Weak<Permit>>,
}

// === impl Ticket ===

impl Ticket {
    /// The ticket of the call that these extensions belong to. If there is none, that of the blocking code that makes this
    /// call and waits for it; or else a new one.
    pub(crate) fn of(extensions: &mut Extensions, side: Side) -> Self {
        if let Some(ticket) = extensions.get::<Self>() {
            return ticket.clone();
        }
        let ticket = bridge::current_ticket().unwrap_or_else(|| {
            let pool = extensions.get::<Pool>();
            Self::new(pool.unwrap_or_else(|| Pool::of(side)).clone(), false)
        });
        extensions.insert(ticket.clone());
        ticket
    }

    /// The ticket of the blocking code that calls this; elsewhere one that needs no permit, for who has no other way to be
    /// admitted.
    pub(super) fn of_current_code() -> Self {
        bridge::current_ticket().unwrap_or_else(Self::free)
    }

    /// Of a call that needs no permit: it brings its own thread, so the calls are as many as those.
    pub(super) fn free() -> Self {
        Self::new(Pool::of(Side::Client).clone(), true)
    }

    fn new(pool: Pool, is_free: bool) -> Self {
        let inner = Inner {
            pool,
            is_free,
            permit: Mutex::new(Weak::new()),
        };
        let inner = Arc::new(inner);
        Self { inner }
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    /// The permit that a part of the call has, or a new one.
    pub(super) async fn admit(&self) -> Arc<Permit> {
        if self.inner.is_free {
            return Arc::new(Permit::free(self.pool().clone()));
        }
        let mut held = self.inner.permit.lock().await;
        if let Some(permit) = held.upgrade() {
            return permit;
        }
        let permit = Arc::new(self.inner.pool.admit().await);
        *held = Arc::downgrade(&permit);
        permit
    }
}
