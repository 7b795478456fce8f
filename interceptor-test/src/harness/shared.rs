use std::sync::Arc;

use interceptor_core::{
    Call, ConfigError, Description, Interceptor, Methods, Next, Reply, Side, StreamStream,
    StreamUnary, UnaryStream, UnaryUnary, tonic::Status,
};

/// An interceptor that several layers share, so that its state goes from call to call. It adds no box to the chain.
///
/// It has no `ORDER`: a harness compiles the layers of both sides, also for an interceptor that is for one of them. What the
/// constant says is checked when a layer is made.
#[derive(Debug)]
pub(crate) struct Shared<I> {
    pub(crate) interceptor: Arc<I>,
    /// Whether it says what it wants of those beside it.
    says_its_order: bool,
}

// === impl Shared ===

impl<I> Shared<I> {
    pub(crate) fn new(interceptor: Arc<I>) -> Self {
        Self {
            interceptor,
            says_its_order: true,
        }
    }

    /// Stands anywhere, whatever it says about its place.
    pub(crate) fn anywhere(interceptor: Arc<I>) -> Self {
        Self {
            interceptor,
            says_its_order: false,
        }
    }
}

impl<I> Clone for Shared<I> {
    fn clone(&self) -> Self {
        Self {
            interceptor: Arc::clone(&self.interceptor),
            ..*self
        }
    }
}

macro_rules! forward {
    ($($method:ident $kind:ident),*) => {$(
        fn $method<N: Next<$kind>>(
            &self,
            call: Call<$kind>,
            next: N,
        ) -> impl Future<Output = Result<Reply<$kind>, Status>> + Send {
            self.interceptor.$method(call, next)
        }
    )*};
}

impl<I: Interceptor> Interceptor for Shared<I> {
    forward!(
        intercept_unary_unary UnaryUnary,
        intercept_unary_stream UnaryStream,
        intercept_stream_unary StreamUnary,
        intercept_stream_stream StreamStream
    );

    fn describe(&self, description: &mut Description) {
        if self.says_its_order {
            self.interceptor.describe(description);
        } else {
            description.interceptor("the interceptor");
        }
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.interceptor.check(methods, side)
    }
}
