use std::time::Duration;

use interceptor_core::{
    CallKind, Side,
    tonic::{Code, Status},
};
use interceptor_kit::log::Log;
use interceptor_test::{Case, Harness, Moment, Peer};
use tracing::Level;

use crate::written::{Line, Written};

/// Reads `reference` tables as go-grpc-middleware has them: code, level on a server, level on a client.
const LEVELS: [(Code, Level, Level); 17] = [
    (Code::Ok, Level::INFO, Level::DEBUG),
    (Code::Cancelled, Level::INFO, Level::DEBUG),
    (Code::Unknown, Level::ERROR, Level::INFO),
    (Code::InvalidArgument, Level::INFO, Level::DEBUG),
    (Code::DeadlineExceeded, Level::WARN, Level::INFO),
    (Code::NotFound, Level::INFO, Level::DEBUG),
    (Code::AlreadyExists, Level::INFO, Level::DEBUG),
    (Code::PermissionDenied, Level::WARN, Level::INFO),
    (Code::ResourceExhausted, Level::WARN, Level::DEBUG),
    (Code::FailedPrecondition, Level::WARN, Level::DEBUG),
    (Code::Aborted, Level::WARN, Level::DEBUG),
    (Code::OutOfRange, Level::WARN, Level::DEBUG),
    (Code::Unimplemented, Level::ERROR, Level::WARN),
    (Code::Internal, Level::ERROR, Level::WARN),
    (Code::Unavailable, Level::WARN, Level::WARN),
    (Code::DataLoss, Level::ERROR, Level::WARN),
    (Code::Unauthenticated, Level::INFO, Level::INFO),
];

fn has_call(line: &Line, case: Case) {
    let (component, level) = match case.side() {
        Side::Client => ("client", Level::DEBUG),
        Side::Server => ("server", Level::INFO),
    };
    let kind = match case.kind() {
        CallKind::UnaryUnary => "unary",
        CallKind::UnaryStream => "server_stream",
        CallKind::StreamUnary => "client_stream",
        CallKind::StreamStream => "bidi_stream",
    };
    assert_eq!(line.level, level);
    assert_eq!(line.get("protocol"), Some("grpc"));
    assert_eq!(line.get("grpc.component"), Some(component));
    assert_eq!(line.get("grpc.method_type"), Some(kind));
    let path = format!(
        "/{}/{}",
        line.get("grpc.service").unwrap(),
        line.get("grpc.method").unwrap()
    );
    assert_eq!(path, case.path());
    let time = line.get("grpc.start_time").unwrap();
    assert!(time.ends_with('Z') && time.contains('T'), "{time}");
}

#[tokio::test(start_paused = true)]
async fn a_call_starts_and_finishes() {
    let written = Written::new();
    for case in Case::all() {
        let peer = Peer::echo().after(Duration::from_millis(250));
        let harness = Harness::new(case, Log::new())
            .peer(peer)
            .deadline(Duration::from_secs(5));
        let outcome = harness.call().await;
        let lines = written.take();
        let [started, finished] = &lines[..] else {
            panic!("{case:?}: {lines:?}");
        };
        has_call(started, case);
        has_call(finished, case);
        assert_eq!(started.text(), "started call");
        assert!(started.get("grpc.request.deadline").is_some());
        assert_eq!(finished.text(), "finished call");
        assert_eq!(finished.get("grpc.code"), Some("OK"));
        assert_eq!(finished.get("grpc.error"), None);
        let time: f64 = finished.get("grpc.time_ms").unwrap().parse().unwrap();
        assert!((250.0..2000.0).contains(&time), "{time}");
        let sent = harness.sends();
        let bytes = |messages: &[interceptor_test::WireMessage]| {
            let bytes = messages.iter().map(|message| message.to_frame().len());
            bytes.sum::<usize>().to_string()
        };
        assert_eq!(
            finished.get("grpc.request.messages"),
            Some(&*sent.len().to_string())
        );
        assert_eq!(finished.get("grpc.request.bytes"), Some(&*bytes(&sent)));
        let got = outcome.messages();
        assert_eq!(
            finished.get("grpc.response.messages"),
            Some(&*got.len().to_string())
        );
        assert_eq!(finished.get("grpc.response.bytes"), Some(&*bytes(got)));
    }
}

#[tokio::test(start_paused = true)]
async fn each_code_has_its_level() {
    let written = Written::new();
    for (code, on_server, on_client) in LEVELS.into_iter().skip(1) {
        for case in Case::all() {
            let status = Status::new(code, "because");
            let outcome = Harness::new(case, Log::new())
                .peer(Peer::reject(status))
                .call()
                .await;
            assert_eq!(outcome.code(), code);
            let last = written.take().pop().unwrap();
            let expected = match case.side() {
                Side::Server => on_server,
                Side::Client => on_client,
            };
            assert_eq!(last.level, expected, "{case:?} {code:?}");
            assert_eq!(last.get("grpc.error"), Some("because"));
            let name = match code {
                Code::Cancelled => "Canceled".to_owned(),
                code => format!("{code:?}"),
            };
            assert_eq!(last.get("grpc.code"), Some(&*name));
        }
    }
}

/// Row 19 of the pitfalls: a call that is dropped is logged, once. Row 18: and not before its end.
#[tokio::test(start_paused = true)]
async fn a_dropped_call_finishes_as_canceled() {
    let written = Written::new();
    for case in Case::all() {
        let harness = Harness::new(case, Log::new())
            .peer(Peer::hang())
            .cancel_at(Moment::Elapsed(Duration::from_secs(5)));
        harness.call().await;
        let lines = written.take();
        let finished: Vec<_> = lines
            .iter()
            .filter(|line| line.text() == "finished call")
            .collect();
        assert_eq!(finished.len(), 1, "{case:?}: {lines:?}");
        assert_eq!(finished[0].get("grpc.code"), Some("Canceled"));
        let time: f64 = finished[0].get("grpc.time_ms").unwrap().parse().unwrap();
        assert!((5000.0..6000.0).contains(&time), "{time}");
    }
}

#[tokio::test(start_paused = true)]
async fn metadata_is_logged_if_it_is_named_and_credentials_never_are() {
    let written = Written::new();
    for case in Case::all() {
        let log = Log::builder()
            .metadata("x-tenant")
            .metadata("x-none")
            .build()
            .unwrap();
        let harness = Harness::new(case, log)
            .metadata("x-tenant", "blue")
            .metadata("authorization", "Bearer SECRET")
            .metadata("cookie", "SECRET")
            .metadata("x-other", "SECRET")
            .peer(Peer::reject(Code::Internal).trailer("set-cookie", "SECRET"));
        harness.call().await;
        let lines = written.take();
        assert!(!format!("{lines:?}").contains("SECRET"), "{lines:?}");
        assert_eq!(lines.len(), 2);
        for line in lines {
            assert_eq!(line.get("grpc.request.metadata"), Some("x-tenant=blue"));
        }
    }
}
