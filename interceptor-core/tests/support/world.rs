//! A call between tonic's client and tonic's server, and what both peers can see of it.

use interceptor_core::Side;

use super::{
    Svc,
    caller::Outcome,
    net::Transport,
    tap::{Passed, Tap, Way},
};

/// A chain around a service, on either side.
pub(crate) type Wrap = fn(Side, Svc) -> Svc;

/// A caller, a connection and a service, with taps between them.
pub(crate) struct World {
    pub(crate) caller: Svc,
    delivered: Tap,
    wire: Tap,
    handler: Tap,
}

/// What is to be seen of one call.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) outcome: Vec<String>,
    pub(crate) wire: Passed,
    pub(crate) handler: Passed,
    /// The response of a call that went well, as the caller's client read it.
    pub(crate) delivered: Way,
}

impl World {
    pub(crate) async fn new(
        transport: Transport,
        service: Svc,
        chain: Option<(Side, Wrap)>,
    ) -> Self {
        Self::with(transport, service, |here, below| match chain {
            Some((side, wrap)) if side == here => wrap(side, below),
            _ => below,
        })
        .await
    }

    /// `wrap` is asked on each side.
    pub(crate) async fn with(
        transport: Transport,
        service: Svc,
        wrap: impl Fn(Side, Svc) -> Svc,
    ) -> Self {
        let [delivered, wire, handler] = [(); 3].map(|()| Tap::default());
        let service = wire.around(wrap(Side::Server, handler.around(service)));
        let channel = transport.connect(service).await;
        let caller = delivered.around(wrap(Side::Client, channel));
        Self {
            caller,
            delivered,
            wire,
            handler,
        }
    }

    pub(crate) fn seen(&self, outcome: &Outcome) -> Seen {
        let mut wire = self.wire.take();
        // A body may say that it is at its end, or be asked for more: the same on the wire.
        wire.response_body.ended |= wire.response_body.broken.is_none();
        let mut delivered = self.delivered.take().response_body;
        delivered.ended = true; // the same, whoever found out
        if outcome.status.is_some() {
            delivered = Way::default();
        }
        Seen {
            outcome: outcome.lines(),
            wire,
            handler: self.handler.take(),
            delivered,
        }
    }
}

/// What is not the same, if anything.
///
/// The exceptions: on the server, a unary error that stood in trailers goes out as an answer without messages; on either
/// side, a response that is not gRPC's is an error at once, also where messages would be streamed.
pub(crate) fn difference(seen: &Seen, expected: &Seen, side: Side) -> Option<String> {
    let in_headers = |seen: &Seen| {
        let mut lines = seen.wire.response.iter();
        lines.any(|line| line.starts_with("grpc-status"))
    };
    let is_same = if side == Side::Server && in_headers(seen) && !in_headers(expected) {
        let (wire, bare) = (&seen.wire, &expected.wire);
        let told = plain(&seen.outcome);
        seen.handler == expected.handler
            && (&wire.request, &wire.request_body) == (&bare.request, &bare.request_body)
            && is_moved_to_headers(wire, bare)
            // A client has the headers in a status' metadata, too, if it is an answer without messages.
            && plain(&expected.outcome).iter().all(|line| told.contains(line))
    } else if expected
        .wire
        .response
        .first()
        .is_none_or(|line| line == "200 OK")
    {
        seen == expected
    } else {
        (&seen.wire, &seen.handler) == (&expected.wire, &expected.handler)
            && plain(&seen.outcome) == plain(&expected.outcome)
    };
    (!is_same).then(|| format!("{seen:#?}\ninstead of {expected:#?}"))
}

/// Headers wherever they are told.
fn plain(outcome: &[String]) -> Vec<&str> {
    let line = |line| str::strip_prefix(line, "header ").or(line.strip_prefix("status "));
    let mut lines: Vec<_> = outcome.iter().map(|it| line(it).unwrap_or(it)).collect();
    lines.sort_unstable();
    lines
}

fn is_moved_to_headers(wire: &Passed, bare: &Passed) -> bool {
    let mut lines = [&bare.response[..], &bare.response_body.trailers].concat();
    lines[1..].sort();
    let body = &wire.response_body;
    wire.response == lines && body.bytes.is_empty() && body.trailers.is_empty()
}
