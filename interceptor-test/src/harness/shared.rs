use std::sync::Arc;

use interceptor_core::{
    Call, ConfigError, Description, Interceptor, Methods, Next, Order, Reply, Side, StreamStream,
    StreamUnary, UnaryStream, UnaryUnary, tonic::Status,
};

/// An interceptor that several layers share, so that its state goes from call to call. It adds no box to the chain.
#[derive(Debug)]
pub(super) struct Shared<I>(pub(super) Arc<I>);

impl<I> Clone for Shared<I> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

macro_rules! forward {
    ($($method:ident $kind:ident),*) => {$(
        fn $method<N: Next<$kind>>(
            &self,
            call: Call<$kind>,
            next: N,
        ) -> impl Future<Output = Result<Reply<$kind>, Status>> + Send {
            self.0.$method(call, next)
        }
    )*};
}

impl<I: Interceptor> Interceptor for Shared<I> {
    const ORDER: Order = I::ORDER;

    forward!(
        intercept_unary_unary UnaryUnary,
        intercept_unary_stream UnaryStream,
        intercept_stream_unary StreamUnary,
        intercept_stream_stream StreamStream
    );

    fn describe(&self, description: &mut Description) {
        self.0.describe(description);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.0.check(methods, side)
    }
}
