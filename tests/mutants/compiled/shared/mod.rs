//! What the compiler has to say yes to: of ours in `tests/pitfalls.rs`, and of no mutant beside.
#![allow(
    unused_macros,
    unused_imports,
    dead_code,
    reason = "each uses a part of it"
)]

use std::fmt::Debug;

/// P36: what users hold in their structs.
pub(crate) const fn held<T: Send + Sync + Clone + Debug + 'static>() {}

/// P36: what users hand to `tokio::spawn`.
pub(crate) fn is_send(future: impl Send) {
    drop(future);
}

/// P40: a layer between others that change the type of the body, of the error, and of the service.
macro_rules! between_others {
    ($layer:expr, $service:expr) => {
        tower::ServiceBuilder::new()
            .boxed_clone()
            .layer(tower_http::trace::TraceLayer::new_for_grpc())
            .buffer(4)
            .layer($layer)
            .concurrency_limit(4)
            .layer(tower_http::trace::TraceLayer::new_for_grpc())
            .service($service)
    };
}
pub(crate) use between_others;
