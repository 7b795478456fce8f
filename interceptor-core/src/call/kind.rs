//! The four call types: as types, which the compiler checks, and as a value.

use std::fmt;

use tonic::Status;

use crate::{Call, Interceptor, Next, Reply};

/// How many messages go each way: the call type as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallKind {
    /// One request message, one response message.
    UnaryUnary,
    /// One request message, a stream of response messages.
    UnaryStream,
    /// A stream of request messages, one response message.
    StreamUnary,
    /// A stream each way.
    StreamStream,
}

/// A call type as a type: [`UnaryUnary`], [`UnaryStream`], [`StreamUnary`] or [`StreamStream`].
///
/// Sealed: gRPC has these four and no more. Code that is generic over `T: CallType` serves all of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a gRPC call type",
    label = "expected `UnaryUnary`, `UnaryStream`, `StreamUnary`, `StreamStream`, or a parameter `T: CallType`",
    note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>` to serve all four"
)]
pub trait CallType: sealed::Sealed + fmt::Debug + Sized + Send + Sync + 'static {
    /// [`Single`] or [`Streaming`]: what the request carries.
    type Request: Cardinality;
    /// [`Single`] or [`Streaming`]: what the response carries.
    type Response: Cardinality;
    /// The call type as a value.
    const KIND: CallKind;

    /// Calls the method of `interceptor` that serves this call type.
    #[doc(hidden)]
    fn intercept<I: Interceptor + ?Sized, N: Next<Self>>(
        interceptor: &I,
        call: Call<Self>,
        next: N,
    ) -> impl Future<Output = Result<Reply<Self>, Status>> + Send;

    /// The same through an erased interceptor and an erased rest of the chain.
    #[doc(hidden)]
    fn intercept_boxed<'a>(
        interceptor: &'a dyn crate::interceptor::Erased,
        call: Call<Self>,
        next: crate::BoxNext<'a, Self>,
    ) -> crate::interceptor::BoxFuture<'a, Self>;
}

/// How many messages go one way: [`Single`] or [`Streaming`]. Sealed.
pub trait Cardinality: sealed::Sealed + fmt::Debug + Send + Sync + 'static {
    /// Whether any number of messages may come, and not exactly one.
    const STREAMING: bool;
}

/// Exactly one message.
#[derive(Debug, Clone, Copy)]
pub struct Single;

/// Any number of messages.
#[derive(Debug, Clone, Copy)]
pub struct Streaming;

impl Cardinality for Single {
    const STREAMING: bool = false;
}

impl Cardinality for Streaming {
    const STREAMING: bool = true;
}

macro_rules! call_types {
    ($($(#[$doc:meta])* $name:ident($request:ty, $response:ty) => $method:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl sealed::Sealed for $name {}

        impl CallType for $name {
            type Request = $request;
            type Response = $response;
            const KIND: CallKind = CallKind::$name;

            #[inline]
            fn intercept<I: Interceptor + ?Sized, N: Next<Self>>(
                interceptor: &I,
                call: Call<Self>,
                next: N,
            ) -> impl Future<Output = Result<Reply<Self>, Status>> + Send {
                interceptor.$method(call, next)
            }

            fn intercept_boxed<'a>(
                interceptor: &'a dyn crate::interceptor::Erased,
                call: Call<Self>,
                next: crate::BoxNext<'a, Self>,
            ) -> crate::interceptor::BoxFuture<'a, Self> {
                interceptor.$method(call, next)
            }
        }
    )*};
}

call_types! {
    /// One request message, one response message.
    UnaryUnary(Single, Single) => intercept_unary_unary;
    /// One request message, a stream of response messages.
    UnaryStream(Single, Streaming) => intercept_unary_stream;
    /// A stream of request messages, one response message.
    StreamUnary(Streaming, Single) => intercept_stream_unary;
    /// A stream each way.
    StreamStream(Streaming, Streaming) => intercept_stream_stream;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Single {}
    impl Sealed for super::Streaming {}
}

// === impl CallKind ===

impl CallKind {
    /// The four, in the order in which gRPC's documents list them.
    pub const ALL: [Self; 4] = [
        Self::UnaryUnary,
        Self::UnaryStream,
        Self::StreamUnary,
        Self::StreamStream,
    ];

    /// The call type of a method that streams its requests, its responses, both or neither.
    #[must_use]
    pub const fn from_streaming(client: bool, server: bool) -> Self {
        match (client, server) {
            (false, false) => Self::UnaryUnary,
            (false, true) => Self::UnaryStream,
            (true, false) => Self::StreamUnary,
            (true, true) => Self::StreamStream,
        }
    }

    /// Whether the request is a stream of messages.
    #[must_use]
    pub const fn client_streaming(self) -> bool {
        matches!(self, Self::StreamUnary | Self::StreamStream)
    }

    /// Whether the response is a stream of messages.
    #[must_use]
    pub const fn server_streaming(self) -> bool {
        matches!(self, Self::UnaryStream | Self::StreamStream)
    }

    /// `unary_unary`, `unary_stream`, `stream_unary` or `stream_stream`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnaryUnary => "unary_unary",
            Self::UnaryStream => "unary_stream",
            Self::StreamUnary => "stream_unary",
            Self::StreamStream => "stream_stream",
        }
    }
}

impl fmt::Display for CallKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
