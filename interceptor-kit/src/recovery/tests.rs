use std::sync::Mutex;

use interceptor_core::{
    Call, CallType, Guard, Identity, Next, Reply, Side,
    tonic::{Code, Status},
};
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Case, Ending, Harness, Moment, Peer};

use super::*;

/// What the hook was told.
#[derive(Debug, Default)]
struct Told(Mutex<Vec<(String, Option<String>)>>);

fn recovery() -> (Recovery, std::sync::Arc<Told>) {
    let told = std::sync::Arc::new(Told::default());
    let tell = std::sync::Arc::clone(&told);
    let recovery = Recovery::new().on_panic(move |panic| {
        let line = (panic.text.to_owned(), panic.location.map(ToOwned::to_owned));
        tell.0.lock().unwrap().push(line);
    });
    (recovery, told)
}

/// Panics below, before the rest of the chain or behind it.
#[derive(Clone, Copy)]
enum Where {
    Before,
    Behind,
}

#[grpc_interceptor(crate = interceptor_core)]
#[derive(Clone, Copy)]
struct Panics(Where);

impl Panics {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        assert!(matches!(self.0, Where::Behind), "before");
        let _reply = next.run(call).await?;
        panic!("behind {}", 1)
    }
}

#[tokio::test]
async fn a_panic_below_is_internal_with_a_fixed_text() {
    for case in Case::all() {
        for (place, text) in [(Where::Before, "before"), (Where::Behind, "behind 1")] {
            let (recovery, told) = recovery();
            let outcome = Harness::new(case, (recovery, Panics(place))).call().await;
            assert_eq!(outcome.code(), Code::Internal, "{outcome}");
            assert_eq!(outcome.status().message(), "internal error");
            let told = told.0.lock().unwrap();
            let [(said, Some(location))] = &told[..] else {
                panic!("{told:?}")
            };
            assert_eq!(said, text);
            assert!(location.contains("recovery/tests.rs:"), "{location}");
        }
    }
}

#[tokio::test]
async fn a_panic_of_the_service_is_internal() {
    for case in Case::all() {
        let (recovery, told) = recovery();
        let outcome = Harness::new(case, recovery.message("sorry"))
            .peer(Peer::panic())
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Internal, "{outcome}");
        assert_eq!(outcome.status().message(), "sorry");
        assert_eq!(told.0.lock().unwrap().len(), 1);
    }
}

/// P21: a stream that panics after two messages ends with an error, never cleanly.
#[tokio::test]
async fn p21_a_panic_in_a_stream_is_its_last_item() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let (recovery, told) = recovery();
        let outcome = Harness::new(case, recovery)
            .peer(Peer::panic_after(2))
            .call()
            .await;
        assert_eq!(outcome.messages().len(), 2, "{outcome}");
        assert_eq!(outcome.code(), Code::Internal, "{outcome}");
        assert_eq!(outcome.status().message(), "internal error");
        let ending = match case.side() {
            Side::Server => Ending::Trailers,
            Side::Client => Ending::BodyFailed,
        };
        assert_eq!(outcome.ending(), ending, "{outcome}");
        assert_eq!(told.0.lock().unwrap().len(), 1);
    }
}

/// The same without it: the panic goes through.
#[tokio::test]
async fn without_it_a_panic_goes_through() {
    for case in Case::all() {
        let outcome = Harness::new(case, Identity)
            .peer(Peer::panic())
            .call()
            .await;
        assert_eq!(outcome.ending(), Ending::Panicked, "{outcome}");
    }
}

#[tokio::test]
async fn what_is_no_panic_passes() {
    for case in Case::all() {
        let (recovery, told) = recovery();
        let outcome = Harness::new(case, recovery.clone()).call().await;
        assert_eq!(outcome.messages(), case.echo(&case.requests()), "{outcome}");
        let refused = Harness::new(case, recovery)
            .peer(Peer::reject(Code::NotFound))
            .call()
            .await;
        assert_eq!(refused.code(), Code::NotFound);
        assert!(told.0.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_panic_of_the_hook_changes_nothing() {
    for case in Case::all() {
        let recovery = Recovery::new().on_panic(|_| panic!("the hook, too"));
        let outcome = Harness::new(case, recovery)
            .peer(Peer::panic())
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Internal, "{outcome}");
    }
}

/// What it panics with panics when it is dropped.
#[tokio::test]
async fn a_payload_that_panics_when_it_is_dropped_does_no_harm() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "dropped");
        }
    }

    #[grpc_interceptor(crate = interceptor_core)]
    struct Throws;
    impl Throws {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            let _ = next.run(call).await?;
            std::panic::panic_any(Bomb)
        }
    }

    for case in Case::all() {
        let (recovery, told) = recovery();
        let outcome = Harness::new(case, (recovery, Throws)).call().await;
        assert_eq!(outcome.code(), Code::Internal, "{outcome}");
        assert_eq!(told.0.lock().unwrap()[0].0, "", "no text");
    }
}

/// Panics when it is dropped.
struct Bomb;

impl Guard for Bomb {}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "in its drop");
    }
}

/// Has one around the response, and one until that is there.
#[grpc_interceptor(crate = interceptor_core)]
struct Armed;

impl Armed {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let bomb = Bomb;
        let mut reply = next.run(call).await?;
        std::mem::forget(bomb);
        if reply.trailers().is_none() {
            reply.guard(Bomb)?;
        }
        Ok(reply)
    }
}

/// There is nobody to answer; but what dropped the call goes on.
#[tokio::test]
async fn a_panic_in_a_drop_of_a_caller_that_goes_away_is_told() {
    for case in Case::all() {
        for moment in [Moment::BeforeHeaders, Moment::Responses(1)] {
            let is_over = moment == Moment::Responses(1) && !case.kind().server_streaming();
            let (recovery, told) = recovery();
            let harness = Harness::new(case, (recovery, Armed)).cancel_at(moment);
            let outcome = harness.call().await;
            let told = told.0.lock().unwrap();
            let texts: Vec<_> = told.iter().map(|(text, _)| &**text).collect();
            let expected: &[&str] = if is_over { &[] } else { &["in its drop"] };
            assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
            assert_eq!(texts, expected, "{outcome}");
        }
    }
}
