use std::{borrow::Cow, fmt, sync::Arc};

use interceptor_core::{Call, CallKind, CallType, Method, Next, Reply, Side, tonic::Status};
use interceptor_macros::grpc_interceptor;

use crate::policy::order;

use super::{
    caught::{Caught, Panic, catch},
    hook,
    polls::{Polls, caught},
};

type Hook = Arc<dyn Fn(&Panic<'_>) + Send + Sync>;

/// Turns panics into INTERNAL: see the [module](super).
#[grpc_interceptor(role = order::RECOVERING, inside(order::LOGGING, order::MEASURING, order::TRACING), crate = interceptor_core)]
#[derive(Clone)]
pub struct Recovery {
    message: Cow<'static, str>,
    hook: Option<Hook>,
}

/// What is done about a panic of one call.
pub(super) struct Recover {
    recovery: Recovery,
    method: Method,
    kind: CallKind,
    side: Side,
}

// === impl Recovery ===

impl Recovery {
    /// Answers with `internal error`.
    ///
    /// The first of the process puts a panic hook of its own before the one that is there: see the [module](super).
    #[must_use]
    pub fn new() -> Self {
        hook::install();
        Self {
            message: Cow::Borrowed("internal error"),
            hook: None,
        }
    }

    /// The message of the status, by default `internal error`.
    #[must_use]
    pub fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// Tells of each panic, beside the `tracing` event. Called by whoever polls the call, so it must not block; if it
    /// panics itself, that is ignored.
    #[must_use]
    pub fn on_panic(mut self, hook: impl Fn(&Panic<'_>) + Send + Sync + 'static) -> Self {
        self.hook = Some(Arc::new(hook));
        self
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (method, side) = (call.method().clone(), call.side());
        let recover = |method| Recover {
            recovery: self.clone(),
            method,
            kind: T::KIND,
            side,
        };
        let tell = |panic: &Caught| drop(recover(method.clone()).status(panic));
        match caught(next.run(call), tell).await {
            Ok(Ok(reply)) if reply.trailers().is_some() => Ok(reply), // in hand: nothing more runs
            Ok(Ok(mut reply)) => {
                reply.guard(Polls::new(recover(method)))?;
                Ok(reply)
            }
            Ok(Err(status)) => Err(status),
            Err(panic) => Err(recover(method).status(&panic)),
        }
    }
}

impl Default for Recovery {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recovery")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

// === impl Recover ===

impl Recover {
    /// Tells of the panic, and what the caller is told.
    #[cold]
    pub(super) fn status(&self, panic: &Caught) -> Status {
        tracing::error!(
            method = %self.method,
            kind = %self.kind,
            side = %self.side,
            location = panic.location(),
            backtrace = panic.backtrace().map(tracing::field::display),
            "a call panicked: {}",
            panic.text(),
        );
        if let Some(hook) = &self.recovery.hook {
            let _ = catch(|| hook(&self.told(panic)));
        }
        Status::internal(&*self.recovery.message)
    }

    fn told<'a>(&'a self, panic: &'a Caught) -> Panic<'a> {
        Panic {
            method: &self.method,
            kind: self.kind,
            side: self.side,
            text: panic.text(),
            location: panic.location(),
            backtrace: panic.backtrace(),
        }
    }
}

const _: () = {
    const fn assert_value<T: Clone + fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Recovery>();
};
