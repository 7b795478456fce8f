//! What is kept of a call that is logged.

use std::{
    net::SocketAddr,
    time::{Instant, SystemTime},
};

use interceptor_core::{CallKind, Method, Passing, Side, Start};
use prost_types::Timestamp;
use tracing::Span;

use super::{metadata, when::When};

/// A call.
pub(super) struct Record {
    pub(super) when: When,
    pub(super) side: Side,
    pub(super) kind: CallKind,
    pub(super) method: Method,
    /// Where the call began: lines of it are there too when it ends elsewhere, as by a drop.
    pub(super) span: Span,
    pub(super) peer: Option<SocketAddr>,
    pub(super) start_time: String,
    pub(super) deadline: Option<String>,
    pub(super) metadata: Option<String>,
    pub(super) requests: Count,
    pub(super) responses: Count,
    attempt: u32,
    began: Instant,
}

/// The messages of one way.
#[derive(Default)]
pub(super) struct Count {
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

// === impl Record ===

impl Record {
    pub(super) fn new(start: &Start<'_>, when: When, allowed: &[Box<str>]) -> Self {
        let (began, time) = (now(), SystemTime::now());
        let deadline = start.deadline().and_then(|deadline| {
            let left = deadline.saturating_duration_since(began);
            time.checked_add(left).map(rfc3339)
        });
        Self {
            when,
            side: start.side(),
            kind: start.kind(),
            method: start.method().clone(),
            span: Span::current(),
            peer: start.peer(),
            start_time: rfc3339(time),
            deadline,
            metadata: metadata::of(allowed, start.metadata()),
            requests: Count::default(),
            responses: Count::default(),
            attempt: start.attempt(),
            began,
        }
    }

    pub(super) fn component(&self) -> &'static str {
        match self.side {
            Side::Client => "client",
            Side::Server => "server",
        }
    }

    /// Which attempt it is, if it is not the first.
    pub(super) fn attempt(&self) -> Option<u32> {
        Some(self.attempt).filter(|attempt| *attempt > 0)
    }

    pub(super) fn elapsed_ms(&self) -> f64 {
        now().saturating_duration_since(self.began).as_secs_f64() * 1000.0
    }
}

// === impl Count ===

impl Count {
    pub(super) fn add(&mut self, message: &Passing<'_>) {
        self.messages += 1;
        self.bytes += message.wire_len() as u64;
    }
}

/// On tokio's clock, which tests can pause.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

fn rfc3339(time: SystemTime) -> String {
    Timestamp::from(time).to_string()
}
