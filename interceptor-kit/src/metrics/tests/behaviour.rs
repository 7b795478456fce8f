//! When calls and messages are counted: on both sides, for all four call types.

use std::time::Duration;

use interceptor_core::{Methods, Side, Unknown, tonic::Code};
use interceptor_test::{Case, Harness, Moment, Peer, Script};

use super::{Dialect, Exposition, Format, Metrics, all, handled, name, read};

/// Started once, handled once with that code, timed once, and not under way any more.
fn assert_one(exposition: &Exposition, case: Case, code: Code) {
    let side = case.side();
    let of = |rest| exposition.sum(&name(side, rest));
    assert_eq!(of("started_total"), 1, "{case} {code:?}");
    assert_eq!(of("handled_total"), 1, "{case} {code:?}");
    assert_eq!(handled(exposition, side, code), 1, "{case} {code:?}");
    assert_eq!(of("handling_seconds_count"), 1, "{case} {code:?}");
    assert_eq!(of("in_flight"), 0, "{case} {code:?}");
}

#[tokio::test(start_paused = true)]
async fn counts_every_call_and_its_messages() {
    for case in Case::all() {
        let harness = Harness::new(case, Metrics::new());
        let outcome = harness.call().await;
        let exposition = read(harness.interceptor());
        assert_one(&exposition, case, Code::Ok);
        let (requests, responses) = (
            case.requests().len() as u64,
            outcome.messages().len() as u64,
        );
        let (received, sent) = match case.side() {
            Side::Client => (responses, requests),
            Side::Server => (requests, responses),
        };
        let of = |rest| exposition.sum(&name(case.side(), rest));
        assert_eq!(of("msg_received_total"), received, "{case}");
        assert_eq!(of("msg_sent_total"), sent, "{case}");
        let labels = exposition.samples[0].labels.clone();
        assert_eq!(labels["grpc_type"], Dialect::Go.call_type(case.kind()));
        assert_eq!(labels["grpc_service"], "interceptor.test.Test");
        assert_eq!(
            format!("/interceptor.test.Test/{}", labels["grpc_method"]),
            case.path()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn counts_failures_wherever_they_stand() {
    for case in Case::all() {
        for (peer, code) in [
            (Peer::reject(Code::NotFound), Code::NotFound),
            (Peer::fail_after(2, Code::DataLoss), Code::DataLoss),
            (Peer::no_trailers(), Code::Unknown),
            (Peer::drop_after(1), Code::Unavailable),
        ] {
            // What a connection that is lost comes to, only a client can say.
            if code != Code::Unavailable || case.side() == Side::Client {
                let harness = Harness::new(case, Metrics::new()).peer(peer);
                harness.call().await;
                assert_one(&read(harness.interceptor()), case, code);
            }
        }
    }
}

/// P18: what ends at the response's headers is not a call's duration.
#[tokio::test(start_paused = true)]
async fn p18_a_duration_is_that_of_the_whole_stream() {
    let second = Duration::from_secs(1);
    let slow = (0..5).fold(Script::new().headers(), |script, _| {
        script.wait(second).send("tick")
    });
    let slow = Peer::script(slow.end(Code::Ok));
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let harness = Harness::new(case, Metrics::new()).peer(slow.clone());
        harness.call().await;
        let exposition = read(harness.interceptor());
        let sum = exposition.value(&name(case.side(), "handling_seconds_sum"), &[]);
        assert_eq!(sum, Some(5.0), "{case}");
        let buckets = name(case.side(), "handling_seconds_bucket");
        assert_eq!(exposition.value(&buckets, &[("le", "2.5")]), Some(0.0));
        assert_eq!(exposition.value(&buckets, &[("le", "5")]), Some(1.0));
    }
}

/// P19: a future that is dropped is an end: before the headers, and in the middle of the stream.
#[tokio::test(start_paused = true)]
async fn p19_a_call_that_is_dropped_is_cancelled_and_not_under_way_any_more() {
    for case in Case::all() {
        let mut moments = vec![Moment::BeforeHeaders, Moment::Polls(1)];
        if case.kind().server_streaming() {
            moments.extend([Moment::Responses(0), Moment::Responses(1)]);
        }
        for moment in moments {
            let harness = Harness::new(case, Metrics::new()).cancel_at(moment);
            harness
                .peer(Peer::hang_after(2))
                .call_and_check(case, Code::Cancelled)
                .await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_after_its_deadline_exceeded_it() {
    for case in Case::all() {
        let harness = Harness::new(case, Metrics::new()).deadline(Duration::from_secs(1));
        let harness = harness.cancel_at(Moment::Elapsed(Duration::from_secs(2)));
        let harness = harness.peer(Peer::hang());
        harness.call_and_check(case, Code::DeadlineExceeded).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_panics_is_internal() {
    for case in Case::all() {
        let harness = Harness::new(case, Metrics::new()).peer(Peer::panic());
        harness.call_and_check(case, Code::Internal).await;
    }
}

/// P39: a peer can call as many names as it likes; they are one series.
#[tokio::test(start_paused = true)]
async fn p39_a_thousand_unknown_methods_share_their_labels() {
    for dialect in Dialect::ALL {
        for side in [Side::Client, Side::Server] {
            let metrics = all(dialect).build().unwrap();
            for number in 0..1000 {
                let case = Case::on(side).next().unwrap();
                let harness = Harness::new(case, metrics.clone()).unknown(Unknown::Pass);
                let path = format!("/made.up.Service{number}/Method{number}");
                harness
                    .path(&path)
                    .peer(Peer::reject(Code::Unimplemented))
                    .call()
                    .await;
            }
            let exposition = read(&metrics);
            let started = name(side, "started_total");
            assert_eq!(exposition.sum(&started), 1000);
            let unknown = dialect.unknown();
            for label in ["grpc_service", "grpc_method"] {
                let values: Vec<_> = exposition.values(&started, label).into_iter().collect();
                assert_eq!(values, [unknown]);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_table_all_methods_are_unknown() {
    let case = Case::on(Side::Client).next().unwrap();
    let harness = Harness::new(case, Metrics::new()).methods(Methods::unknown());
    harness.call().await;
    let exposition = read(harness.interceptor());
    let methods = exposition.values("grpc_client_started_total", "grpc_method");
    assert_eq!(methods.into_iter().collect::<Vec<_>>(), ["unknown"]);
}

#[tokio::test(start_paused = true)]
async fn python_and_java_count_the_messages_of_streams_alone() {
    for dialect in [Dialect::Python, Dialect::PythonLegacy, Dialect::Java] {
        for case in Case::all() {
            let harness = Harness::new(case, all(dialect).build().unwrap());
            harness.call().await;
            let (kind, side) = (case.kind(), case.side());
            let (requests, responses) = match side {
                Side::Client => ("msg_sent_total", "msg_received_total"),
                Side::Server => ("msg_received_total", "msg_sent_total"),
            };
            let exposition = read(harness.interceptor());
            let counted = |rest| exposition.sum(&name(side, rest)) > 0;
            assert_eq!(counted(requests), kind.client_streaming(), "{case}");
            assert_eq!(counted(responses), kind.server_streaming(), "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_up_to_each_message_is_observed_on_the_client() {
    let slow = Script::new()
        .read_all()
        .headers()
        .wait(Duration::from_secs(2))
        .send("a")
        .send("b");
    for case in Case::all() {
        let harness = Harness::new(case, all(Dialect::Go).build().unwrap())
            .request_pause(Duration::from_secs(1))
            .peer(Peer::script(slow.clone().end(Code::Ok)));
        harness.call().await;
        let exposition = read(harness.interceptor());
        let seconds = |name| exposition.value(name, &[]);
        let sent = seconds("grpc_client_msg_send_handling_seconds_sum");
        let count = seconds("grpc_client_msg_send_handling_seconds_count");
        let received = seconds("grpc_client_msg_recv_handling_seconds_count");
        if case.side() == Side::Server {
            assert_eq!((sent, count, received), (None, None, None));
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "there are three at most")]
        let requests = case.requests().len() as f64;
        assert_eq!((sent, count), (Some(requests), Some(requests)), "{case}");
        if case.kind().server_streaming() {
            assert_eq!(received, Some(2.0), "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_table_that_comes_later_is_counted_too() {
    let metrics = Metrics::new();
    for case in Case::on(Side::Client) {
        let one = Methods::builder()
            .method(case.path(), case.kind())
            .build()
            .unwrap();
        Harness::new(case, metrics.clone())
            .methods(one)
            .call()
            .await;
    }
    let exposition = read(&metrics);
    assert_eq!(
        exposition
            .values("grpc_client_started_total", "grpc_method")
            .len(),
        4
    );
}

#[test]
fn all_series_can_be_there_from_the_start() {
    let metrics = all(Dialect::Go).initialize(true).build().unwrap();
    let case = Case::on(Side::Server).next().unwrap();
    Harness::new(case, metrics.clone()).check().unwrap();
    let exposition = read(&metrics);
    let codes = exposition.values("grpc_server_handled_total", "grpc_code");
    assert_eq!(codes.len(), 17);
    // Four of the harness, five of health and reflection, and the one for all that are unknown.
    let series = exposition.samples.iter();
    let handled = series.filter(|sample| sample.name == "grpc_server_handled_total");
    assert_eq!(handled.count(), (4 + 5 + 1) * 17);
    assert!(exposition.samples.iter().all(|sample| sample.value == 0.0));
    assert_eq!(exposition.sum("grpc_client_started_total"), 0);
    assert!(
        !metrics
            .registry()
            .render(Format::Text)
            .contains("grpc_client")
    );
}

/// A call with that end.
trait CallAndCheck {
    async fn call_and_check(self, case: Case, code: Code);
}

impl CallAndCheck for Harness<Metrics> {
    async fn call_and_check(self, case: Case, code: Code) {
        self.call().await;
        assert_one(&read(self.interceptor()), case, code);
    }
}
