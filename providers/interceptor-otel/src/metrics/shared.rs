//! What the interceptors of one [`GrpcMetrics`](super::GrpcMetrics) share.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use interceptor_core::{Method, Passing, Start, tonic::Code};
use opentelemetry::{KeyValue, StringValue};

use super::{
    builder::Keeps,
    instruments::{self, OfCall, Traffic},
};

pub(super) struct Shared {
    pub(super) target: StringValue,
    pub(super) keeps: Option<Box<Keeps>>,
    pub(super) attempts: Traffic,
    pub(super) server: Traffic,
    pub(super) calls: OfCall,
}

/// A call of a server, or an attempt of a client.
pub(super) struct Underway {
    pub(super) began: Instant,
    /// Without the status.
    attributes: Vec<KeyValue>,
    requests: Arc<AtomicU64>,
    responses: u64,
}

// === impl Shared ===

impl Shared {
    /// What `grpc.method` says of this method.
    pub(super) fn method(&self, method: &Method) -> StringValue {
        let name = method.path().strip_prefix('/').unwrap_or(method.path());
        let keeps = || self.keeps.as_ref().is_some_and(|keeps| keeps(name));
        if method.is_known() || keeps() {
            return name.to_owned().into();
        }
        "other".into()
    }
}

// === impl Underway ===

impl Underway {
    pub(super) fn start(
        start: &mut Start<'_>,
        traffic: &Traffic,
        attributes: Vec<KeyValue>,
    ) -> Self {
        if let Some(started) = &traffic.started {
            started.add(1, &attributes);
        }
        let requests = Arc::new(AtomicU64::new(0));
        let sum = Arc::clone(&requests);
        start.on_request_message(move |message| {
            sum.fetch_add(size(message), Relaxed);
        });
        Self {
            began: now(),
            attributes,
            requests,
            responses: 0,
        }
    }

    pub(super) fn response(&mut self, message: &Passing<'_>) {
        self.responses += size(message);
    }

    /// The sizes of requests and of responses are those of what is sent and received on a client, and the other way round on
    /// a server.
    pub(super) fn end(mut self, traffic: &Traffic, code: Code, is_client: bool) {
        self.attributes.push(instruments::status(code));
        let (mut sent, mut received) = (self.requests.load(Relaxed), self.responses);
        if !is_client {
            std::mem::swap(&mut sent, &mut received);
        }
        if let Some(sizes) = &traffic.sent {
            sizes.record(sent, &self.attributes);
        }
        if let Some(sizes) = &traffic.received {
            sizes.record(received, &self.attributes);
        }
        if let Some(duration) = &traffic.duration {
            duration.record(seconds_since(self.began), &self.attributes);
        }
    }
}

/// On tokio's clock, which tests can pause.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

pub(super) fn seconds_since(began: Instant) -> f64 {
    now().saturating_duration_since(began).as_secs_f64()
}

/// Of what the message is on the wire, without its prefix.
fn size(message: &Passing<'_>) -> u64 {
    const PREFIX: usize = 5;
    message.wire_len().saturating_sub(PREFIX) as u64
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcMetrics")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}
