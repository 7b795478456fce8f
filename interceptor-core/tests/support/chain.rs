//! Interceptors of one body for all four call types.

use interceptor_core::{Call, CallType, Next, Reply};
use tonic::Status;

use super::body::Log;

/// Writes the four methods of `Interceptor` from the one `intercept_call`, as the attribute does.
///
/// `one_body!([F: Fn() + Send + Sync + 'static] Told<F>)`
macro_rules! one_body {
    ([$($generics:tt)*] $type:ty) => {
        $crate::support::chain::one_body!(@ [$($generics)*] $type;
            intercept_unary_unary UnaryUnary,
            intercept_unary_stream UnaryStream,
            intercept_stream_unary StreamUnary,
            intercept_stream_stream StreamStream);
    };
    (@ [$($generics:tt)*] $type:ty; $($method:ident $kind:ident),*) => {
        impl<$($generics)*> interceptor_core::Interceptor for $type {
            $(fn $method<N: interceptor_core::Next<interceptor_core::$kind>>(
                &self,
                call: interceptor_core::Call<interceptor_core::$kind>,
                next: N,
            ) -> impl Future<
                Output = Result<interceptor_core::Reply<interceptor_core::$kind>, tonic::Status>,
            > + Send {
                self.intercept_call(call, next)
            })*
        }
    };
}
pub(crate) use one_body;

/// Hands each call on, and changes nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pass;

impl Pass {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

one_body!([] Pass);

/// Ends each call with this status, and counts them.
#[derive(Debug, Clone)]
pub(crate) struct Reject {
    pub(crate) status: Status,
    pub(crate) calls: Log<String>,
}

impl Reject {
    pub(crate) fn with(status: Status) -> Self {
        let calls = Log::new();
        Self { status, calls }
    }

    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        _: impl Next<T>,
    ) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        self.calls.push(call.method().to_string());
        drop(call); // before the status is on its way
        std::future::ready(Err(self.status.clone()))
    }
}

one_body!([] Reject);

/// Writes down what `next.run` gave: the code and the text, or nothing.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) results: Log<Option<Status>>,
}

impl Seen {
    pub(crate) fn new() -> Self {
        let results = Log::new();
        Self { results }
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let result = next.run(call).await;
        self.results.push(result.as_ref().err().cloned());
        result
    }
}

one_body!([] Seen);

/// Writes down when a call passes it.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub(crate) name: &'static str,
    pub(crate) log: Log<String>,
}

impl Trace {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (name, log) = (self.name, self.log.clone());
        log.push(format!("{name} in"));
        let messages = log.clone();
        call.payload_mut()
            .inspect(move |_| messages.push(format!("{name} request")))?;
        let ends = log.clone();
        let run = next
            .run(call)
            .on_end(move |_| ends.push(format!("{name} end")));
        let result = run.await;
        log.push(format!("{name} out"));
        let mut reply = result?;
        let messages = log.clone();
        reply
            .payload_mut()
            .inspect(move |_| messages.push(format!("{name} reply")))?;
        Ok(reply)
    }
}

one_body!([] Trace);
