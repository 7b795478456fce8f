//! What nearly every file with an interceptor in it needs: `use grpc_interceptor::prelude::*;`.

#[doc(no_inline)]
pub use crate::{
    Call, CallKind, CallType, ClientLayer, Interceptor, Message, Method, Methods, Next, Payload,
    Reply, RequestExt, ServerLayer, Side, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
    blocking::{self, BlockingNext},
};

#[doc(no_inline)]
pub use crate::tonic::{Code, Status};

/// So that `ServerLayer::new(…)?.layer(service)` can be written; it has no name here.
#[doc(no_inline)]
pub use tower_layer::Layer as _;

#[cfg(feature = "macros")]
#[doc(no_inline)]
pub use crate::{InterceptorChain, blocking_service, grpc_interceptor};
