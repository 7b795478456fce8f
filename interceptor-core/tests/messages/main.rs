//! What an interceptor sees of messages and trailers, and what it can do with them.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod answers;
mod failed;
mod hooks;
mod limits;
mod refused;
mod streams;
mod trailers;

#[path = "../support/mod.rs"]
mod support;

use interceptor_core::{CallKind, Message};
use support::body::{Step, data, ok};
use testproto::echo::EchoRequest;

/// The text of a message, be it a request or a reply.
fn text(message: &Message) -> String {
    message.decode::<EchoRequest>().unwrap().text
}

fn message(text: &str) -> Message {
    Message::encode(&support::body::request(text))
}

/// What is sent and what is answered, in each call type.
fn requests(kind: CallKind) -> &'static [&'static str] {
    if kind.client_streaming() {
        &["a", "b", "c"]
    } else {
        &["a"]
    }
}

fn replies(kind: CallKind) -> &'static [&'static str] {
    if kind.server_streaming() {
        &["x", "y", "z"]
    } else {
        &["x"]
    }
}

/// The replies, and OK.
fn answering(kind: CallKind) -> Vec<Step> {
    let messages = replies(kind).iter().map(|text| data(text));
    messages.chain([ok()]).collect()
}
