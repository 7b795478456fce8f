//! What the originals get wrong.

use interceptor_core::Side;

/// What an original gets wrong: libraries, naming, side, calls, families.
pub(super) struct Wrong {
    libraries: &'static [&'static str],
    namings: &'static [&'static str],
    side: Side,
    calls: &'static [&'static str],
    families: &'static [&'static str],
}

const ASYNC: &[&str] = &["async"];
const SYNC: &[&str] = &["sync"];
const BOTH: &[&str] = &["async", "sync"];
const ANY: &[&str] = &["current", "legacy"];
const STARTS: &[&str] = &["started_total"];
const ENDS: &[&str] = &["handled_total", "completed_total"];
const DURATIONS: &[&str] = &[
    "handling_seconds",
    "handled_latency_seconds",
    "completed_latency_seconds",
];
pub(super) const MESSAGES: &[&str] = &["msg_recv_handling_seconds", "msg_send_handling_seconds"];

pub(super) const WRONG: [Wrong; 16] = [
    // A stream that fails with an exception other than `RpcError` has no end on the server.
    wrong(
        ASYNC,
        ANY,
        Side::Server,
        &["server_stream_error", "bidi_error"],
        ENDS,
    ),
    // On threads no stream of responses has an end or a duration; a stream of requests has no start.
    wrong(
        SYNC,
        ANY,
        Side::Server,
        &[
            "server_stream_ok",
            "server_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        ENDS,
    ),
    wrong(
        SYNC,
        ANY,
        Side::Server,
        &[
            "server_stream_ok",
            "server_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        DURATIONS,
    ),
    wrong(
        SYNC,
        ANY,
        Side::Server,
        &[
            "client_stream_ok",
            "client_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        STARTS,
    ),
    // A method that the server lacks was never called. On a client its name is made up by the caller; here it is no label.
    wrong(BOTH, ANY, Side::Server, &["unimplemented"], STARTS),
    wrong(BOTH, ANY, Side::Server, &["unimplemented"], ENDS),
    wrong(BOTH, ANY, Side::Server, &["unimplemented"], DURATIONS),
    wrong(
        BOTH,
        ANY,
        Side::Client,
        &["unimplemented"],
        &[
            "started_total",
            "handled_total",
            "completed_total",
            "handling_seconds",
            "completed_latency_seconds",
            "msg_send_handling_seconds",
        ],
    ),
    // A unary call that fails has neither end nor duration.
    wrong(ASYNC, ANY, Side::Client, &["unary_error"], ENDS),
    wrong(ASYNC, ANY, Side::Client, &["unary_error"], DURATIONS),
    // A stream has no end on the client, and a failed one no duration.
    wrong(
        BOTH,
        ANY,
        Side::Client,
        &[
            "server_stream_ok",
            "server_stream_error",
            "client_stream_ok",
            "client_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        ENDS,
    ),
    wrong(
        ASYNC,
        ANY,
        Side::Client,
        &["server_stream_error", "client_stream_error"],
        DURATIONS,
    ),
    wrong(
        BOTH,
        ANY,
        Side::Client,
        &["bidi_ok", "bidi_error"],
        &[
            "started_total",
            "handling_seconds",
            "completed_latency_seconds",
        ],
    ),
    // It starts when it has succeeded.
    wrong(
        ASYNC,
        ANY,
        Side::Client,
        &["client_stream_error"],
        &["started_total", "msg_send_handling_seconds"],
    ),
    // With the old names, messages are not timed.
    wrong(
        BOTH,
        &["legacy"],
        Side::Client,
        &[
            "server_stream_ok",
            "server_stream_error",
            "client_stream_ok",
            "bidi_ok",
            "bidi_error",
        ],
        MESSAGES,
    ),
    wrong(
        SYNC,
        &["legacy"],
        Side::Client,
        &["client_stream_error"],
        MESSAGES,
    ),
];

const fn wrong(
    libraries: &'static [&'static str],
    namings: &'static [&'static str],
    side: Side,
    calls: &'static [&'static str],
    families: &'static [&'static str],
) -> Wrong {
    Wrong {
        libraries,
        namings,
        side,
        calls,
        families,
    }
}

// === impl Wrong ===

impl Wrong {
    pub(super) fn is(
        &self,
        library: &str,
        naming: &str,
        side: Side,
        call: &str,
        family: &str,
    ) -> bool {
        let has = |all: &[&str], one: &str| all.contains(&one);
        let family = family
            .strip_prefix(&super::super::name(side, ""))
            .unwrap_or(family);
        self.side == side
            && has(self.libraries, library)
            && has(self.namings, naming)
            && has(self.calls, call)
            && has(self.families, family)
    }
}
