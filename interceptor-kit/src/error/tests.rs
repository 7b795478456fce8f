use std::collections::HashMap;

use interceptor_core::{
    Origin, Side, TransportKind,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Ending, Harness, Outcome, Peer};

use super::*;

/// A failure in the place of a response, and behind its first message where there is one.
fn failing(status: &Status) -> [Peer; 2] {
    [
        Peer::reject(status.clone()),
        Peer::fail_after(1, status.clone()),
    ]
}

fn told(outcome: &Outcome) -> (Code, &str) {
    (outcome.code(), outcome.status().message())
}

#[tokio::test(start_paused = true)]
async fn a_code_becomes_another_wherever_it_stands() {
    let status = Status::with_details(Code::NotFound, "no such order", "details".into());
    for case in Case::all() {
        for peer in failing(&status) {
            let map = MapStatus::new().code(Code::NotFound, Code::PermissionDenied);
            let outcome = Harness::new(case, map).peer(peer).call().await;
            assert_eq!(
                told(&outcome),
                (Code::PermissionDenied, "no such order"),
                "{outcome}"
            );
            assert_eq!(outcome.status().details(), b"details");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rules_apply_one_after_the_other_and_others_pass() {
    let map = MapStatus::new()
        .code(Code::NotFound, Code::Aborted)
        .code(Code::Aborted, Code::Internal);
    for case in Case::all() {
        for (code, expected) in [
            (Code::NotFound, Code::Internal),
            (Code::Aborted, Code::Internal),
            (Code::DataLoss, Code::DataLoss),
        ] {
            for peer in failing(&Status::new(code, "text")) {
                let outcome = Harness::new(case, map.clone()).peer(peer).call().await;
                assert_eq!(told(&outcome), (expected, "text"), "{outcome}");
            }
        }
        let outcome = Harness::new(case, map.clone()).call().await;
        assert_eq!(outcome.messages(), case.echo(&case.requests()), "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_origin_has_its_code() {
    for case in Case::on(Side::Client) {
        let map = MapStatus::new()
            .origin(From::Transport, Code::Unavailable)
            .origin(From::Peer, Code::Aborted);
        let outcome = Harness::new(case, map.clone())
            .peer(Peer::unreachable())
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Unavailable, "{outcome}");
        assert!(
            Origin::of(outcome.status()).transport().is_some(),
            "it stays known"
        );
        for peer in failing(&Status::not_found("x")) {
            let outcome = Harness::new(case, map.clone()).peer(peer).call().await;
            assert_eq!(outcome.code(), Code::Aborted, "{outcome}");
        }
        let map = MapStatus::new().origin(From::Kind(TransportKind::Timeout), Code::Unavailable);
        let outcome = Harness::new(case, map)
            .peer(Peer::reject(Code::NotFound))
            .call()
            .await;
        assert_eq!(outcome.code(), Code::NotFound, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_sees_status_and_call() {
    for case in Case::all() {
        for peer in failing(&Status::not_found("x")) {
            let map = MapStatus::new().with(|status, context| {
                let text = format!("{} {} {}", context.method, context.side, status.message());
                Status::new(Code::Ok, text)
            });
            let outcome = Harness::new(case, map).peer(peer).call().await;
            let text = format!("{} {} x", case.path(), case.side());
            assert_eq!(
                told(&outcome),
                (Code::Unknown, &*text),
                "OK is not possible"
            );
        }
    }
}

/// A body that breaks, rather than to end with trailers.
#[tokio::test(start_paused = true)]
async fn a_broken_stream_is_mapped_as_well() {
    for case in Case::on(Side::Client).filter(|case| case.kind().server_streaming()) {
        let map = MapStatus::new().with(|_, _| Status::resource_exhausted("mapped"));
        let outcome = Harness::new(case, map)
            .peer(Peer::drop_after(1))
            .call()
            .await;
        assert_eq!(
            told(&outcome),
            (Code::ResourceExhausted, "mapped"),
            "{outcome}"
        );
        assert_eq!(outcome.ending(), Ending::BodyFailed);
        assert_eq!(outcome.messages().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn other_codes_and_those_who_are_trusted_see_everything() {
    #[derive(Clone)]
    struct Admin;
    for case in Case::on(Side::Server) {
        for peer in failing(&Status::not_found("no such order")) {
            let outcome = Harness::new(case, Redact::new()).peer(peer).call().await;
            assert_eq!(
                told(&outcome),
                (Code::NotFound, "no such order"),
                "{outcome}"
            );
        }
        for peer in failing(&Status::not_found("no such order")) {
            let redact = Redact::new().codes([Code::NotFound]).message("sorry");
            let outcome = Harness::new(case, redact).peer(peer).call().await;
            assert!(
                outcome.status().message().starts_with("sorry ("),
                "{outcome}"
            );
        }
        for peer in failing(&Status::internal("text")) {
            let redact = Redact::new().trusts(|extensions| extensions.get::<Admin>().is_some());
            let outcome = Harness::new(case, redact)
                .extension(Admin)
                .peer(peer)
                .call()
                .await;
            assert_eq!(told(&outcome), (Code::Internal, "text"), "{outcome}");
        }
    }
}

#[derive(Debug, PartialEq)]
struct SoldOut(String);

impl TypedError for SoldOut {
    const DOMAIN: &str = "orders.example";

    fn code(&self) -> Code {
        Code::FailedPrecondition
    }

    fn reason(&self) -> &'static str {
        "SOLD_OUT"
    }

    fn metadata(&self) -> HashMap<String, String> {
        [("item".to_owned(), self.0.clone())].into()
    }

    fn message(&self) -> String {
        "sold out".to_owned()
    }

    fn from_reason(reason: &str, metadata: &HashMap<String, String>) -> Option<Self> {
        (reason == "SOLD_OUT").then(|| metadata.get("item").cloned().map(Self))?
    }
}

#[tokio::test(start_paused = true)]
async fn a_typed_error_comes_back_as_itself() {
    for case in Case::all() {
        for peer in failing(&SoldOut("tea".into()).to_status()) {
            let outcome = Harness::new(case, MapStatus::new()).peer(peer).call().await;
            assert_eq!(
                SoldOut::from_status(outcome.status()),
                Some(SoldOut("tea".into())),
                "{outcome}"
            );
        }
    }
}

#[test]
fn what_is_no_such_error_is_none() {
    struct Other;
    impl TypedError for Other {
        const DOMAIN: &str = "invoices.example";
        fn code(&self) -> Code {
            Code::Aborted
        }
        fn reason(&self) -> &'static str {
            "SOLD_OUT"
        }
        fn message(&self) -> String {
            String::new()
        }
        fn from_reason(_: &str, _: &HashMap<String, String>) -> Option<Self> {
            Some(Self)
        }
    }
    assert_eq!(
        SoldOut::from_status(&Other.to_status()),
        None,
        "another domain"
    );
    assert_eq!(
        SoldOut::from_status(&Status::aborted("x")),
        None,
        "no details"
    );
    let broken = Status::with_details(Code::Aborted, "x", b"\xff\xff".to_vec().into());
    assert_eq!(SoldOut::from_status(&broken), None, "broken details");
    assert!(Other::from_status(&Other.to_status()).is_some());
}
