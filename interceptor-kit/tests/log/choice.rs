use interceptor_core::{ClientLayer, tonic::Code};
use interceptor_kit::log::{Log, Payloads, When};
use interceptor_test::{Case, Harness, Peer};

use crate::written::Written;

async fn texts(written: &Written, case: Case, log: &Log, peer: Peer) -> Vec<String> {
    Harness::new(case, log.clone()).peer(peer).call().await;
    let lines = written.take();
    lines.iter().map(|line| line.text().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_method_is_logged_only_when_it_fails_or_never() {
    let written = Written::new();
    for case in Case::all() {
        let fails = Log::builder()
            .method(case.path(), When::Fails)
            .payloads(Payloads::new());
        let fails = fails.otherwise(When::Never).build().unwrap();
        assert!(texts(&written, case, &fails, Peer::echo()).await.is_empty());
        let failed = texts(&written, case, &fails, Peer::reject(Code::NotFound)).await;
        assert_eq!(failed, ["finished call"], "{case:?}");

        let never = Log::builder()
            .method("/interceptor.test.Test/*", When::Never)
            .build()
            .unwrap();
        assert!(
            texts(&written, case, &never, Peer::reject(Code::NotFound))
                .await
                .is_empty()
        );

        let own = Log::builder()
            .method("/interceptor.test.Test/*", When::Never)
            .method(case.path(), When::Always)
            .started(false)
            .build()
            .unwrap();
        assert_eq!(
            texts(&written, case, &own, Peer::echo()).await,
            ["finished call"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn of_calls_that_go_well_there_is_a_sample() {
    let written = Written::new();
    for case in Case::all() {
        let log = Log::builder().one_in(3).started(false).build().unwrap();
        let mut logged = Vec::new();
        for _ in 0..7 {
            logged.push(texts(&written, case, &log, Peer::echo()).await.len());
        }
        assert_eq!(logged, [1, 0, 0, 1, 0, 0, 1], "{case:?}");
        let failed = texts(&written, case, &log, Peer::reject(Code::Aborted)).await;
        assert_eq!(failed, ["finished call"]); // not in the sample, and it fails
    }
}

#[test]
fn rules_that_never_fire_are_errors() {
    let no_method = Log::builder()
        .method("/interceptor.test.Test/Nothing", When::Never)
        .build()
        .unwrap();
    let error = ClientLayer::new(no_method, &Case::methods()).unwrap_err();
    assert!(error.to_string().contains("Nothing"), "{error}");

    let methods =
        interceptor_core::Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)
            .unwrap();
    let redacts = |path: &str| {
        let log = Log::builder()
            .payloads(Payloads::new().redact(path))
            .build()
            .unwrap();
        ClientLayer::new(log, &methods).map(drop)
    };
    redacts("payload").unwrap();
    let error = redacts("text.secret").unwrap_err();
    assert!(error.to_string().contains("text.secret"), "{error}");
}
