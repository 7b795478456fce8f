//! A layer that keeps the guard of a lock while it waits for the call: the call cannot go to another thread.

#[path = "shared/mod.rs"]
mod shared;

use std::{future::Future, sync::Mutex};

/// What it counts with.
static CALLS: Mutex<u32> = Mutex::new(0);

async fn counted<T>(call: impl Future<Output = T>) -> T {
    let mut calls = CALLS.lock().unwrap();
    *calls += 1;
    call.await
}

fn main() {
    shared::is_send(counted(std::future::ready(())));
}
