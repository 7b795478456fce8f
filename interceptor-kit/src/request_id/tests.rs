use interceptor_core::{
    Call, CallType, Next, Reply, Side,
    tonic::{Code, Status},
};
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Case, Harness, Outcome, Peer};

use super::*;

const NAME: &str = "x-request-id";

fn sent(outcome: &Outcome) -> &str {
    outcome.attempts()[0].header(NAME).unwrap()
}

fn told(outcome: &Outcome) -> Option<&str> {
    let metadata = match outcome.code() {
        Code::Ok => outcome.metadata(),
        _ => outcome.status().metadata(),
    };
    metadata.get(NAME).map(|value| value.to_str().unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_id_of_the_caller_is_kept() {
    for case in Case::all() {
        let outcome = Harness::new(case, RequestIds::new())
            .metadata(NAME, "abc-1")
            .call()
            .await;
        assert_eq!(sent(&outcome), "abc-1");
        let expected = (case.side() == Side::Server).then_some("abc-1");
        assert_eq!(told(&outcome), expected, "{outcome}");
        let id = outcome.attempts()[0].extensions().get::<RequestId>();
        assert_eq!(id.map(RequestId::as_str), Some("abc-1"));
    }
}

#[tokio::test(start_paused = true)]
async fn without_one_or_with_a_bad_one_it_is_new() {
    let long = "a".repeat(129);
    for case in Case::all() {
        for came in [None, Some("two words"), Some(""), Some(&*long)] {
            let harness = Harness::new(case, RequestIds::new());
            let harness = match came {
                Some(came) => harness.metadata(NAME, came),
                None => harness,
            };
            let outcome = harness.call().await;
            let id = uuid::Uuid::parse_str(sent(&outcome)).unwrap();
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(
                outcome.attempts()[0]
                    .metadata()
                    .get_all(NAME)
                    .iter()
                    .count(),
                1
            );
        }
        let takes_none = RequestIds::new().takes(false);
        let outcome = Harness::new(case, takes_none)
            .metadata(NAME, "chosen")
            .call()
            .await;
        assert_ne!(sent(&outcome), "chosen");
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_has_it_too() {
    for case in Case::all() {
        let harness = Harness::new(case, RequestIds::new()).metadata(NAME, "abc-1");
        let outcome = harness.peer(Peer::reject(Code::NotFound)).call().await;
        assert_eq!(told(&outcome), Some("abc-1"), "{outcome}");
    }
}

/// A client's calls in a handler have the id of the call that is served.
#[tokio::test(start_paused = true)]
async fn the_calls_of_a_handler_share_it() {
    #[grpc_interceptor(crate = interceptor_core)]
    struct Inner;
    impl Inner {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            let case = Case::new(T::KIND, Side::Client);
            let outcome = Box::pin(Harness::new(case, RequestIds::new()).call()).await;
            let mut reply = next.run(call).await?;
            reply
                .metadata_mut()
                .insert("x-inner", sent(&outcome).parse().unwrap());
            Ok(reply)
        }
    }
    for case in Case::on(Side::Server) {
        let outcome = Harness::new(case, (RequestIds::new(), Inner)).call().await;
        assert_eq!(outcome.header("x-inner"), Some(sent(&outcome)), "{outcome}");
    }
}

#[test]
fn a_name_that_cannot_be_used_is_refused() {
    for name in ["no name", "grpc-id", "content-type", "x-id-bin", "X-ID-BIN"] {
        let told = RequestIds::new().name(name).unwrap_err().to_string();
        assert!(
            told.contains(name) && told.contains("x-request-id"),
            "{told}"
        );
    }
    assert!(RequestIds::new().name("x-correlation-id").is_ok());
}
