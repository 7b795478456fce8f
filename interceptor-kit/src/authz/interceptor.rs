use std::fmt;

use interceptor_core::{Call, CallType, ConfigError, Methods, Next, Reply, Side, tonic::Status};

use super::{Access, Authorize, Verdict};
use crate::policy::{intercept_all, order};

/// Lets those calls pass that may run: see the [module](super).
#[derive(Clone)]
pub struct Authorization<A>(A);

// === impl Authorization ===

impl<A: Authorize> Authorization<A> {
    /// Asks this for each call, whatever its method is.
    #[must_use]
    pub fn new(authorize: A) -> Self {
        Self(authorize)
    }

    #[inline]
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let access = Access::of(&call);
        match self.0.authorize(&access) {
            Verdict::Allowed => next.run(call).await,
            other => Err(refused(&access, &other)),
        }
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        if side == Side::Client {
            return Err(ConfigError::new("it says who may call a server"));
        }
        self.0.check(methods)
    }
}

intercept_all!(
    [A: Authorize] Authorization [A] |this, methods, side| this.check(methods, side),
    order = [.requires(A::REQUIRES).only_on(Side::Server).role(order::AUTHORIZING).inside(&[order::AUTHENTICATING])]
);

impl<A> fmt::Debug for Authorization<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorization")
    }
}

/// Tells the log why, and the caller that.
#[cold]
fn refused(access: &Access<'_>, verdict: &Verdict) -> Status {
    let (method, peer) = (access.method(), access.peer().map(tracing::field::debug));
    if let Verdict::Undecided(reason) = verdict {
        tracing::error!(%method, peer, %reason, "whether a call may run cannot be said");
        return Status::internal("whether this call may run cannot be said");
    }
    let by = match verdict {
        Verdict::Denied(by) => by,
        _ => "",
    };
    tracing::debug!(%method, peer, by, "a call may not run");
    Status::permission_denied("permission denied")
}
