//! What interceptors say about their places, as a call meets it: `require` of what is there and of what is not, and what
//! `explain` shows.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use grpc_interceptor::{BoxInterceptor, Interceptor, explain, prelude::*};
use interceptor_test::{Case, Harness, Peer};

#[derive(Debug, Clone, PartialEq)]
struct User(&'static str);

/// Puts a user into the extensions of each call, unless its promise is broken.
#[grpc_interceptor(provides(User))]
#[derive(Debug, Clone)]
struct Provider {
    keeps_its_word: bool,
}

impl Provider {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if self.keeps_its_word {
            call.extensions_mut().insert(User("anna"));
        }
        next.run(call).await
    }
}

/// Turns away all but one.
#[grpc_interceptor(requires(User))]
#[derive(Debug, Clone)]
struct Needs;

impl Needs {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let user = call.require::<User>()?;
        if *user != User("anna") {
            return Err(Status::permission_denied(user.0));
        }
        next.run(call).await
    }
}

#[derive(Debug, Clone, InterceptorChain)]
struct Edge {
    provider: Provider,
    needs: Needs,
}

fn edge(keeps_its_word: bool) -> Edge {
    Edge {
        provider: Provider { keeps_its_word },
        needs: Needs,
    }
}

fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_provided_is_there() {
    for case in Case::all() {
        let outcome = Harness::new(case, edge(true))
            .peer(Peer::echo())
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_ends_the_call_and_names_both_ends() {
    // From here on the program knows who provides it.
    ServerLayer::new(edge(true), &methods()).unwrap();
    for case in Case::all() {
        let outcome = Harness::new(case, edge(false))
            .peer(Peer::echo())
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Internal, "{case}");
        assert_eq!(
            outcome.status().message(),
            format!(
                "an interceptor of {} needs `User`, and the interceptor `Provider`, which provides it, has not run before it",
                case.path()
            ),
        );
        assert!(
            outcome.attempts().is_empty(),
            "nothing below has run: {case}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_harness_may_put_it_there() {
    for case in Case::all() {
        let harness = || Harness::new(case, Needs).peer(Peer::echo());
        let outcome = harness().extension(User("anna")).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{case}");
        let outcome = harness().extension(User("otto")).call().await;
        assert_eq!(outcome.code(), Code::PermissionDenied, "{case}");
    }
}

#[test]
fn what_is_boxed_is_checked_when_a_layer_is_made() {
    let boxed =
        |provider: Provider| vec![BoxInterceptor::new(Needs), BoxInterceptor::new(provider)];
    let chain = boxed(Provider {
        keeps_its_word: true,
    });
    let server = ServerLayer::new(chain.clone(), &methods()).unwrap_err();
    let client = ClientLayer::new(chain, &methods()).unwrap_err();
    assert_eq!(server.to_string(), client.to_string());
    assert!(
        server
            .to_string()
            .ends_with("`Needs` needs `User`, and nothing before it in the chain provides it"),
        "{server}"
    );
}

#[test]
fn an_explanation_has_what_is_provided_and_required() {
    let explanation = explain(&edge(true), Side::Server, &methods());
    let text = explanation.to_string();
    assert!(
        text.contains(
            "  1. Provider in Edge\n     provides User\n  2. Needs in Edge\n     requires User\n"
        ),
        "{text}"
    );
    let method = explanation.methods().next().unwrap();
    let steps = method.steps();
    assert_eq!(steps[0].provides()[0].name(), "User");
    assert_eq!(steps[1].requires(), Provider::ORDER.rules()[0].provided());
}
