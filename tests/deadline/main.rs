//! Deadlines with what tonic generates: over sockets with bare tonic at the other end, and from server to server.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod back;
mod front;
mod propagation;
mod sockets;

use std::time::Duration;

use testproto::echo::EchoRequest;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        ..EchoRequest::default()
    }
}
