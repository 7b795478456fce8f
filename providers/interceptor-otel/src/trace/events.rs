//! The inner half: what passes, and the end.

use interceptor_core::{End, Observer, Passing, Side, Start, Wants, tonic::Status};
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
}

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
        if let Some(watched) = call {
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
        match self.uncompressed_sizes {
            true => Wants::Messages,
            false => Wants::Lengths,
        }
    }
}

// === impl Watched ===

impl Watched {
    fn tell(&self, name: &'static str, number: i64, message: &Passing<'_>) {
        const PREFIX: usize = 5;
        if !self.sight.is_nearest() {
            return;
        }
        let on_wire = message.wire_len().saturating_sub(PREFIX);
        let mut attributes = vec![KeyValue::new("sequence-number", number)];
        if message.is_compressed() {
            let bytes = message.message().and_then(|message| message.bytes().ok());
            attributes.extend(bytes.map(|bytes| size("message-size", bytes.len())));
            attributes.push(size("message-size-compressed", on_wire));
        } else {
            attributes.push(size("message-size", on_wire));
        }
        self.span.add_event(name, attributes);
    }
}

fn size(name: &'static str, bytes: usize) -> KeyValue {
    KeyValue::new(name, i64::try_from(bytes).unwrap_or(i64::MAX))
}
