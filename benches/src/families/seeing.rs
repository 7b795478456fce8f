//! What counts, times or traces calls, around the same call and the same stream.

use testproto::echo::echo_server::EchoServer;
use tower_http::trace::TraceLayer;
use tower_layer::Layer as _;

use super::{
    layer::BARE,
    messages::REPLIES,
    metrics::{ON_SERVER, PYTHON, REPLY_SERVER},
    stack::generated,
};
use crate::{
    Echo, Family, Row, Scenario,
    drive::{Callable, replies, unary},
};

const TRACE: Scenario = Scenario::new("seeing/trace-layer", |calls| {
    with_spans(|| unary(traced(), calls));
});
const TRACE_UNHEARD: Scenario = Scenario::new("seeing/trace-layer-unheard", |calls| {
    unary(traced(), calls);
});
const TRACE_REPLY: Scenario = Scenario::new("seeing/trace-layer-reply", |messages| {
    with_spans(|| replies(traced(), messages));
});

fn traced() -> impl Callable {
    let service: EchoServer<Echo> = generated();
    TraceLayer::new_for_grpc().layer(service)
}

/// A subscriber that keeps spans, as an exporter would, and writes nothing.
fn with_spans(work: impl FnOnce()) {
    tracing::subscriber::with_default(tracing_subscriber::registry(), work);
}

pub(super) const FAMILY: Family = Family {
    title: "Seeing calls, beside peers",
    about: "Over tonic alone, on the server. What each does is in brackets; spans are kept by tracing-subscriber's registry and written nowhere.",
    rows: &[
        over_bare(
            "seeing/ours",
            "`metrics` (ends, durations, messages, the calls under way)",
            ON_SERVER,
        ),
        over_bare(
            "seeing/ours-python",
            "`metrics`, dialect `python` (the same without unary messages)",
            PYTHON,
        ),
        over_bare(
            "seeing/trace",
            "tower-http's `TraceLayer::new_for_grpc` (a span, events, the end by trailers)",
            TRACE,
        ),
        over_bare(
            "seeing/trace-unheard",
            "the same, with nobody to hear it",
            TRACE_UNHEARD,
        ),
        Row::new(
            "seeing/ours-reply",
            "`metrics`, a streamed reply",
            REPLY_SERVER,
        )
        .over(REPLIES),
        Row::new(
            "seeing/trace-reply",
            "tower-http's `TraceLayer::new_for_grpc`, a streamed reply",
            TRACE_REPLY,
        )
        .over(REPLIES),
    ],
};

const fn over_bare(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).over(BARE)
}
