//! The rows of the list of pitfalls. `cargo xtask tidy` reads this list.

/// A pitfall that was reported.
pub(super) struct Row {
    pub(super) number: u8,
    pub(super) what: &'static str,
    /// What keeps it from biting: a law, a check of `tests/laws/pitfalls`, a test (`file::name`, whose comment names the
    /// row), or a fixture.
    pub(super) held: &'static [&'static str],
}

const fn by(number: u8, what: &'static str, held: &'static [&'static str]) -> Row {
    Row { number, what, held }
}

pub(super) const ROWS: [Row; 42] = [
    by(
        1,
        "a body that is buffered loses its trailers",
        &[
            "law 1",
            "interceptor-core/tests/laws/wire.rs::trailers_stay_trailers",
        ],
    ),
    by(
        2,
        "the status is read in the headers alone, or in the trailers alone",
        &[
            "law 1",
            "law 3",
            "interceptor-core/tests/endings/table.rs::trailers",
            "interceptor-core/tests/endings/table.rs::answers_without_messages",
            "interceptor-core/tests/endings/table.rs::no_trailers",
        ],
    ),
    by(
        3,
        "a wrapped body lies about its length or its end",
        &["check P3", "law 1"],
    ),
    by(
        4,
        "an answer without messages becomes headers and an empty body",
        &[
            "check P4",
            "interceptor-core/tests/laws/wire.rs::an_error_without_messages_is_one_frame",
        ],
    ),
    by(
        5,
        "a rejection lacks its content-type, or is a plain HTTP error",
        &[
            "law 1",
            "interceptor-core/tests/laws/wire.rs::a_rejection_looks_like_the_handlers_own",
        ],
    ),
    by(
        6,
        "reserved headers are lost when a request is put together anew",
        &[
            "law 1",
            "interceptor-core/tests/laws/wire.rs::reserved_headers_of_a_request_stay",
        ],
    ),
    by(
        7,
        "HTTP method, URI or version are not kept",
        &[
            "check P7",
            "interceptor-core/tests/laws/paths.rs::other_paths_pass_by_untouched",
        ],
    ),
    by(
        8,
        "extensions are lost, or lost for the second attempt",
        &[
            "check P8",
            "interceptor-core/tests/laws/untouched.rs::extensions_pass_both_ways",
            "interceptor-core/tests/replay/reading.rs::metadata_and_extensions_are_the_callers",
        ],
    ),
    by(
        9,
        "readiness is not forwarded",
        &[
            "check P9",
            "interceptor-core/tests/laws/contract.rs::waits_for_the_service_below_to_be_ready",
        ],
    ),
    by(
        10,
        "a clone that is not ready is called",
        &[
            "check P10",
            "interceptor-core/tests/laws/contract.rs::attempts_one_after_the_other_over_a_buffer_of_one",
        ],
    ),
    by(
        11,
        "failures of layers come out as another code, or cost the connection",
        &[
            "check P11",
            "interceptor-core/tests/laws/contract.rs::a_failure_below_comes_out_of_next_with_its_status",
        ],
    ),
    by(12, "a second interceptor replaces the first", &["law 2"]),
    by(
        13,
        "the order is another for some call types, or on one side",
        &[
            "law 2",
            "interceptor-core/tests/laws/order.rs::the_first_is_the_outermost",
        ],
    ),
    by(
        14,
        "interceptors further in are skipped when a call is run again",
        &[
            "check P14",
            "interceptor-kit/tests/retry/decision.rs::each_attempt_goes_through_what_stands_inside_anew",
        ],
    ),
    by(
        15,
        "headers pile up from attempt to attempt",
        &[
            "check P15",
            "interceptor-kit/tests/retry/decision.rs::each_attempt_goes_through_what_stands_inside_anew",
        ],
    ),
    by(
        16,
        "a streamed request is kept without bound, or sent again in part",
        &[
            "check P16",
            "interceptor-kit/tests/retry/commit.rs::a_long_stream_goes_on_once_it_is_over_its_limit",
        ],
    ),
    by(
        17,
        "a call is run again after a message of its response was delivered",
        &[
            "check P17",
            "interceptor-kit/tests/retry/commit.rs::no_message_is_delivered_twice",
        ],
    ),
    by(
        18,
        "a span or a metric ends at the response's headers",
        &[
            "check P18",
            "law 3",
            "providers/interceptor-otel/tests/trace/calls.rs::spans_of_streams_live_to_the_end_and_bodies_are_polled_in_them",
        ],
    ),
    by(
        19,
        "a call that is dropped is not counted",
        &[
            "interceptor-kit/src/metrics/tests/behaviour.rs::p19_a_call_that_is_dropped_is_cancelled_and_not_under_way_any_more",
        ],
    ),
    by(
        20,
        "the end of a stream goes unnoticed, and something leaks",
        &[
            "law 3",
            "law 5",
            "interceptor-core/src/observe/tests/generated.rs::whatever_becomes_of_many_calls_each_ends_once",
        ],
    ),
    by(
        21,
        "a panic in a response looks like its clean end",
        &[
            "check P21",
            "law 5",
            "interceptor-core/tests/endings/peers.rs::of_a_stream_that_panics",
        ],
    ),
    by(
        22,
        "a cancelled request stream ends cleanly, and half of it is committed",
        &[
            "law 5",
            "interceptor-core/tests/messages/refused.rs::a_refused_request_message_is_a_reset",
        ],
    ),
    by(
        23,
        "a client that cancels before its body is there counts as a failure of the server",
        &[
            "law 3",
            "interceptor-core/tests/endings/peers.rs::of_a_request_that_is_cancelled_half_way",
        ],
    ),
    by(
        24,
        "an early answer waits for the rest of the request",
        &[
            "law 9",
            "interceptor-core/tests/laws/pressure.rs::an_early_answer_is_delivered",
        ],
    ),
    by(
        25,
        "a timeout covers the headers alone, or has the wrong code",
        &[
            "check P25",
            "interceptor-kit/src/deadline/tests/calls.rs::a_stream_may_last_as_long_as_its_deadline_and_no_longer",
            "interceptor-kit/tests/retry/deadline.rs::that_passes_in_an_attempt_cancels_it_and_is_final",
        ],
    ),
    by(
        26,
        "`grpc-timeout`: its digits, its units, its overflow",
        &[
            "check P26",
            "interceptor-kit/src/deadline/tests/calls.rs::reads_each_unit_and_ignores_what_is_malformed",
            "interceptor-kit/tests/retry/deadline.rs::is_told_anew_to_each_attempt",
        ],
    ),
    by(
        27,
        "limits of message sizes get lost, or end in another code",
        &[
            "check P27",
            "interceptor-core/tests/laws/transparency.rs::over_a_pipe",
            "interceptor-core/tests/messages/limits.rs::of_requests",
            "interceptor-core/tests/messages/limits.rs::of_replies",
        ],
    ),
    by(
        28,
        "compressed messages are not seen, or leave in another form",
        &[
            "law 1",
            "interceptor-core/tests/messages/hooks/compressed.rs::compressed_messages",
            "interceptor-core/tests/laws/transparency.rs::compressed_over_a_pipe",
        ],
    ),
    by(
        29,
        "gRPC-Web: answers that are malformed or incomplete",
        &[
            "check P29",
            "interop/tests/peers/web/mod.rs::p29_over_http_1",
            "interop/tests/peers/web/mod.rs::p29_answers_have_the_headers_of_cors",
            "interop/tests/peers/web/mod.rs::p29_a_preflight_is_no_call",
        ],
    ),
    by(
        30,
        "a task or a channel in between changes back-pressure",
        &[
            "law 7",
            "law 9",
            "interceptor-core/tests/laws/pressure.rs::the_first_message_passes_without_a_second",
            "tests/memory.rs::a_gibibyte_each_way_passes_in_constant_memory",
        ],
    ),
    by(
        31,
        "a wrapper hides headers, trailers or details, most of all on errors",
        &["law 1"],
    ),
    by(
        32,
        "a rejection has the shape of another call type",
        &["law 4"],
    ),
    by(
        33,
        "a status is wrapped, so that nobody recognises it",
        &[
            "law 1",
            "interceptor-core/tests/laws/untouched.rs::a_status_that_was_made_here_is_not_touched",
        ],
    ),
    by(
        34,
        "something blocks inside the runtime",
        &[
            "check P34",
            "tests/blocking/callers.rs::are_told_what_to_do_in_async_code",
        ],
    ),
    by(
        35,
        "a callback that fails makes the call hang, or end twice",
        &[
            "law 3",
            "interceptor-core/tests/endings/panics.rs::of_a_callback",
            "interceptor-core/tests/endings/panics.rs::of_a_callback_in_a_drop",
        ],
    ),
    by(
        36,
        "what is not `Send` gives errors that nobody understands",
        &[
            "tests/pitfalls.rs::p36_what_users_hold_is_send_and_sync",
            "tests/ui/grpc_interceptor/fail/not_send_over_await.rs",
        ],
    ),
    by(
        37,
        "to run the rest of the chain twice, or twice at once, is undefined",
        &[
            "check P37",
            "interceptor-core/tests/laws/contract.rs::attempts_at_once_each_wait_for_readiness_of_their_own",
            "tests/ui/grpc_interceptor/fail/next_used_twice.rs",
        ],
    ),
    by(
        38,
        "all metadata go on to the next hop, reserved headers twice",
        &[
            "law 1",
            "tests/pitfalls.rs::p38_metadata_of_another_call_repeat_no_reserved_header",
        ],
    ),
    by(
        39,
        "an unknown method is not intercepted, or labels explode",
        &[
            "check P39",
            "interceptor-kit/src/metrics/tests/behaviour.rs::p39_a_thousand_unknown_methods_share_their_labels",
        ],
    ),
    by(
        40,
        "bounds of a layer do not fit other layers",
        &[
            "tests/pitfalls.rs::p40_other_layers_stand_above_and_below",
            "tests/ui/layers/fail/service_is_not_send.rs",
        ],
    ),
    by(
        41,
        "generated code has lints",
        &["tests/lints.rs::compiles_without_a_warning"],
    ),
    by(
        42,
        "a request message is not seen in some call types",
        &[
            "check P42",
            "interceptor-core/tests/messages/hooks/mod.rs::inspect_sees_each_message_and_changes_none",
        ],
    ),
];
