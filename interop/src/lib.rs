//! Our interceptors against gRPC that nobody here wrote: grpcio's sync and asyncio stacks, gRPC for Node, and gRPC-Web.
//!
//! The tests are in `tests/peers`, the peers in `python` and `node`. `cargo xtask interop` installs what the peers need, at
//! pinned versions and into `target`, and runs the tests; without the feature `peers` there is nothing here to run.
