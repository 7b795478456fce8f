//! What an interceptor is: one trait with a method for each call type, all of them written by the attribute.

mod boxed;
mod describe;
mod explain;
mod next;
mod option;
mod tuple;

pub(crate) use boxed::Erased;
pub use boxed::{BoxInterceptor, BoxNext};
pub use describe::{Description, Selection};
pub(crate) use describe::{Ordered, short_type_name};
pub use explain::{ExplainedMethod, ExplainedStep, Explanation, explain};
pub use next::Next;

use std::pin::Pin;

use tonic::Status;

use crate::{
    Call, CallType, ConfigError, Methods, Order, Reply, Side, StreamStream, StreamUnary,
    UnaryStream, UnaryUnary,
};

/// What an erased link returns.
pub(crate) type BoxFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<Reply<T>, Status>> + Send + 'a>>;

/// Sees every call that passes: before it runs, after it ran, and each message between.
///
/// You seldom write this trait out. `#[grpc_interceptor]` writes its four methods from your one `intercept_call`.
///
/// # Laws
///
/// - An interceptor covers all four call types, or says what it does with the rest.
/// - It runs when the request's headers are there, and before the request's body is read.
/// - It may end a call with a status of its own, answer without calling `next`, or call `next` more than once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a gRPC interceptor",
    label = "this needs an interceptor",
    note = "put `#[grpc_interceptor]` on `{Self}` and give it `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`",
    note = "a chain of several: `#[derive(InterceptorChain)]`"
)]
pub trait Interceptor: Send + Sync + 'static {
    /// What it says about its place in a chain: nothing, by default. The compiler reads it where it makes a chain; no call does.
    const ORDER: Order = Order::NONE;

    /// Intercepts a call with one request message and one response message.
    fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryUnary>, Status>> + Send;

    /// Intercepts a call with one request message and a stream of response messages.
    fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryStream>, Status>> + Send;

    /// Intercepts a call with a stream of request messages and one response message.
    fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamUnary>, Status>> + Send;

    /// Intercepts a call with a stream of messages each way.
    fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamStream>, Status>> + Send;

    /// What a layer calls: the same, without the boxed wall that a derived chain has before its first field for the case
    /// that it is nested.
    #[doc(hidden)]
    #[inline]
    fn enter<T: CallType, N: Next<T>>(
        &self,
        call: Call<T>,
        next: N,
    ) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        T::intercept(self, call, next)
    }

    /// Says what stands here, for logs: by default the name of the type.
    fn describe(&self, description: &mut Description) {
        description.interceptor(short_type_name::<Self>());
        description.order(&Self::ORDER);
    }

    /// Checks itself against the table of methods, once, when a layer is made of it.
    ///
    /// # Errors
    ///
    /// What is configured wrongly, such as a pattern that matches no method.
    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        let _ = (methods, side);
        Ok(())
    }
}

/// Writes the four methods of [`Interceptor`] for a type whose links are generic over the call type.
///
/// `forward!(|self, T, call, next| expression)`, where the expression is a future.
macro_rules! forward {
    (|$this:ident, $call:ident, $next:ident| $body:expr) => {
        $crate::interceptor::forward!(@ $this $call $next ($body)
            intercept_unary_unary UnaryUnary,
            intercept_unary_stream UnaryStream,
            intercept_stream_unary StreamUnary,
            intercept_stream_stream StreamStream);
    };
    (@ $this:ident $call:ident $next:ident $body:tt $($method:ident $kind:ident),*) => {$(
        $crate::interceptor::forward!(@one $this $call $next $body $method $kind);
    )*};
    (@one $this:ident $call:ident $next:ident ($body:expr) $method:ident $kind:ident) => {
        #[inline]
        fn $method<N: $crate::Next<$crate::$kind>>(
            &$this,
            $call: $crate::Call<$crate::$kind>,
            $next: N,
        ) -> impl Future<Output = Result<$crate::Reply<$crate::$kind>, tonic::Status>> + Send {
            $body
        }
    };
}
pub(crate) use forward;

/// Runs one link: the interceptor, with the rest of its chain behind it.
#[inline]
pub fn step<I: Interceptor + ?Sized, T: CallType, N: Next<T>>(
    interceptor: &I,
    call: Call<T>,
    next: N,
) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
    T::intercept(interceptor, call, next)
}
