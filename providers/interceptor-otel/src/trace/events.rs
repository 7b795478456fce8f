//! The inner half: what passes, and the end.

use std::time::SystemTime;

use interceptor_core::{
    End, Observer, Passing, Side, Start, Wants,
    tonic::{Status, metadata::MetadataMap},
};
use opentelemetry::KeyValue;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{attributes, sight::Sight};

#[derive(Debug)]
pub(super) struct Events {
    pub(super) uncompressed_sizes: bool,
}

/// A call with a span.
pub(super) struct Watched {
    span: Span,
    sight: Sight,
    side: Side,
    requests: i64,
    responses: i64,
    /// On a client, until it is known whether there is a span nearer to the wire: a retry reads messages ahead of it.
    early: Option<Vec<Event>>,
}

/// What has passed.
struct Event {
    name: &'static str,
    at: SystemTime,
    attributes: Vec<KeyValue>,
}

/// How many events are kept: as many as a span of the SDK has at most.
const MOST_EARLY: usize = 128;

const OUTBOUND: &str = "Outbound message";
const INBOUND: &str = "Inbound message";

impl Observer for Events {
    type Call = Option<Watched>;

    fn start(&self, start: &mut Start<'_>) -> Option<Watched> {
        let sight = start.extensions().get::<Sight>()?;
        Some(Watched {
            span: sight.take()?,
            sight: sight.clone(),
            side: start.side(),
            requests: 0,
            responses: 0,
            early: (start.side() == Side::Client).then(Vec::new),
        })
    }

    fn wants_requests(&self, call: &Option<Watched>) -> Wants {
        match call {
            Some(watched) if !watched.span.is_disabled() => self.wants(),
            _ => Wants::Nothing,
        }
    }

    fn wants_responses(&self, call: &Option<Watched>) -> Wants {
        self.wants_requests(call)
    }

    fn request_message(&self, call: &mut Option<Watched>, message: &Passing<'_>) {
        if let Some(watched) = call {
            let name = match watched.side {
                Side::Client => OUTBOUND,
                Side::Server => INBOUND,
            };
            watched.tell(name, watched.requests, message);
            watched.requests += 1;
        }
    }

    fn response_headers(&self, call: &mut Option<Watched>, _: &MetadataMap) {
        if let Some(watched) = call {
            watched.tell_early();
        }
    }

    fn response_message(&self, call: &mut Option<Watched>, message: &Passing<'_>) {
        if let Some(watched) = call {
            let name = match watched.side {
                Side::Client => INBOUND,
                Side::Server => OUTBOUND,
            };
            watched.tell(name, watched.responses, message);
            watched.responses += 1;
        }
    }

    fn end(&self, call: Option<Watched>, end: &End<'_>) {
        if let Some(mut watched) = call {
            watched.tell_early();
            let message = end.status().map(Status::message);
            // Within: a span ends when it was left for the last time.
            watched.span.in_scope(|| {
                attributes::of_end(&watched.span, watched.side, end.code(), message);
            });
            watched.sight.end();
        }
    }
}

// === impl Events ===

impl Events {
    fn wants(&self) -> Wants {
        if self.uncompressed_sizes {
            Wants::Messages
        } else {
            Wants::Lengths
        }
    }
}

// === impl Watched ===

impl Watched {
    fn tell(&mut self, name: &'static str, number: i64, message: &Passing<'_>) {
        if !self.sight.is_nearest() {
            return;
        }
        let attributes = attributes_of(number, message);
        match &mut self.early {
            None => self.span.add_event(name, attributes),
            Some(early) if early.len() < MOST_EARLY => {
                let at = SystemTime::now();
                early.push(Event {
                    name,
                    at,
                    attributes,
                });
            }
            Some(_) => {}
        }
    }

    /// An answer is there, and so whoever made an attempt for it is known.
    fn tell_early(&mut self) {
        let early = self.early.take().unwrap_or_default();
        if self.sight.is_nearest() {
            for Event {
                name,
                at,
                attributes,
            } in early
            {
                self.span.add_event_with_timestamp(name, at, attributes);
            }
        }
    }
}

fn attributes_of(number: i64, message: &Passing<'_>) -> Vec<KeyValue> {
    const PREFIX: usize = 5;
    let on_wire = message.wire_len().saturating_sub(PREFIX);
    let mut attributes = vec![KeyValue::new("sequence-number", number)];
    if message.is_compressed() {
        let bytes = message.message().and_then(|message| message.bytes().ok());
        attributes.extend(bytes.map(|bytes| size("message-size", bytes.len())));
        attributes.push(size("message-size-compressed", on_wire));
    } else {
        attributes.push(size("message-size", on_wire));
    }
    attributes
}

fn size(name: &'static str, bytes: usize) -> KeyValue {
    KeyValue::new(name, i64::try_from(bytes).unwrap_or(i64::MAX))
}
