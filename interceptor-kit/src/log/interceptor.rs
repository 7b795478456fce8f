use interceptor_core::{
    Call, ConfigError, Description, Interceptor, Methods, Next, Observe, Order, Reply, Rules, Side,
    StreamStream, StreamUnary, UnaryStream, UnaryUnary, tonic::Status,
};

use super::{LogBuilder, logging::Logging};
use crate::policy::order;

/// Logs calls: see the [module](super). Clones share their sample.
#[derive(Debug, Clone)]
pub struct Log {
    pub(super) observe: Observe<Logging>,
}

// === impl Log ===

impl Log {
    /// All calls: their start and their end.
    #[must_use]
    pub fn new() -> Self {
        Self {
            observe: Observe::new(Logging::default()),
        }
    }

    /// More than that, or less.
    pub fn builder() -> LogBuilder {
        LogBuilder::new()
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::new()
    }
}

/// Written by hand, so that nothing stands between the chain and `Observe`.
impl Interceptor for Log {
    const ORDER: Order = Order::of(Rules::new("Log").role(order::LOGGING));

    fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryUnary>, Status>> + Send {
        self.observe.intercept_unary_unary(call, next)
    }

    fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryStream>, Status>> + Send {
        self.observe.intercept_unary_stream(call, next)
    }

    fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamUnary>, Status>> + Send {
        self.observe.intercept_stream_unary(call, next)
    }

    fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamStream>, Status>> + Send {
        self.observe.intercept_stream_stream(call, next)
    }

    fn describe(&self, description: &mut Description) {
        description.interceptor("Log");
        description.order(&Self::ORDER);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.observe.check(methods, side)
    }
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Log>();
};
