//! Blocking definitions in async chains, in all four call types on both sides.

mod attempts;
mod ends;
mod order;
mod payloads;

use std::sync::{Arc, Mutex};

use grpc_interceptor::prelude::*;
use interceptor_test::Case;

use crate::net::{current_thread, multi_thread};

type Log = Arc<Mutex<Vec<String>>>;

/// Runs a body in all cases, on either runtime.
fn everywhere(body: impl AsyncFn(Case)) {
    for runtime in [current_thread(), multi_thread()] {
        for case in Case::all() {
            runtime.block_on(body(case));
        }
    }
}

#[test]
fn have_a_pool_of_a_size_that_can_be_set() {
    let pool = blocking::Pool::new(0);
    assert_eq!(pool.calls(), 1, "at least one");
    pool.set_calls(5);
    pool.set_calls(3);
    assert_eq!(
        (pool.calls(), pool.threads()),
        (3, 0),
        "threads are made when they are needed"
    );
    assert_eq!(blocking::Pool::of(Side::Client).calls(), 64);
}
