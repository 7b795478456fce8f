//! Ready-made interceptors for gRPC calls, built on nothing but the public API of [`interceptor_core`].
//!
//! Applications use them through the facade, `grpc-interceptor`, which re-exports each module under its own name. One word is a module,
//! a feature, an example and a test file:
//!
//! | interceptor | feature | side | call types | status it can cause | cost |
//! |---|---|---|---|---|---|
