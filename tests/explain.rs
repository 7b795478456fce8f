//! What `explain` says of a chain, and how it is drawn.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use expect_test::expect;
use grpc_interceptor::{
    BoxInterceptor, Description, ExplainedStep, Explanation,
    auth::{CallCredentials, Token, TokenSource},
    compose::service_config::{Configured, ServiceConfig},
    explain,
    hedge::Hedge,
    prelude::*,
    retry::Retry,
    retry_on_error::{RetryOnError, WaitExponential},
};
use testproto::tables::echo;

macro_rules! interceptors {
    ($($name:ident),*) => {$(
        #[grpc_interceptor]
        #[derive(Debug, Clone)]
        struct $name;

        impl $name {
            async fn intercept_call<T: CallType>(
                &self,
                call: Call<T>,
                next: impl Next<T>,
            ) -> Result<Reply<T>, Status> {
                next.run(call).await
            }
        }
    )*};
}

interceptors!(Timing, Audit, Auth, Log);

#[derive(Debug, Clone, InterceptorChain)]
struct Inner {
    auth: Auth,
    #[chain(except = echo::ECHO_SAY)]
    audit: Option<Audit>,
}

#[derive(Clone, InterceptorChain)]
struct Edge {
    timing: Timing,
    #[chain(client, only = "/echo.v1.Echo/*")]
    retry: RetryOnError,
    #[chain(server)]
    inner: Inner,
    log: Vec<BoxInterceptor>,
}

fn retry() -> RetryOnError {
    RetryOnError::new(WaitExponential::new(0.1, 0.1, 1.0).unwrap(), 3).unwrap()
}

fn edge(audit: Option<Audit>) -> Edge {
    Edge {
        timing: Timing,
        retry: retry().max_buffered_bytes(1_000),
        inner: Inner { auth: Auth, audit },
        log: vec![BoxInterceptor::new(Log)],
    }
}

fn methods() -> Methods {
    Methods::from_table(echo::METHODS).unwrap()
}

/// That of the service `echo.v1.Echo` alone, not of health and reflection.
fn names(explanation: &Explanation, method: &str) -> Vec<&'static str> {
    let mut methods = explanation.methods();
    let method = methods.find(|it| it.method().name() == method).unwrap();
    let there = method.steps().iter().filter(|step| step.is_there());
    there.map(ExplainedStep::name).collect()
}

#[test]
fn on_the_client_as_text() {
    let explanation = ClientLayer::new(edge(None), &methods()).unwrap().explain();
    expect![[r"
        on the client, the outermost first:
        (the layer may buffer a response with one message, up to 4194304 bytes)

        /echo.v1.Echo/BidiStream (stream_stream)
        /echo.v1.Echo/ClientStream (stream_unary)
        /echo.v1.Echo/Say (unary_unary)
        /echo.v1.Echo/ServerStream (unary_stream)
        /echo.v1.Echo/UnaryEcho (unary_unary)
          1. Timing in Edge
          2. RetryOnError in Edge
             may buffer the request, up to 1000 bytes
          3. Log in Edge

        /grpc.health.v1.Health/Check (unary_unary)
        /grpc.health.v1.Health/List (unary_unary)
        /grpc.health.v1.Health/Watch (unary_stream)
        /grpc.reflection.v1.ServerReflection/ServerReflectionInfo (stream_stream)
        /grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo (stream_stream)
          1. Timing in Edge
          2. Log in Edge
    "]]
    .assert_eq(&explanation.to_string());
}

#[test]
fn on_the_server_as_text() {
    let explanation = ServerLayer::new(edge(Some(Audit)), &methods())
        .unwrap()
        .explain();
    expect![[r"
        on the server, the outermost first:
        (the layer may buffer a response with one message, up to 4194304 bytes)

        /echo.v1.Echo/BidiStream (stream_stream)
        /echo.v1.Echo/ClientStream (stream_unary)
        /echo.v1.Echo/ServerStream (unary_stream)
        /echo.v1.Echo/UnaryEcho (unary_unary)
        /grpc.health.v1.Health/Check (unary_unary)
        /grpc.health.v1.Health/List (unary_unary)
        /grpc.health.v1.Health/Watch (unary_stream)
        /grpc.reflection.v1.ServerReflection/ServerReflectionInfo (stream_stream)
        /grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo (stream_stream)
          1. Timing in Edge
          2. Auth in Edge, Inner
          3. Audit in Edge, Inner
          4. Log in Edge

        /echo.v1.Echo/Say (unary_unary)
          1. Timing in Edge
          2. Auth in Edge, Inner
          3. Log in Edge
    "]]
    .assert_eq(&explanation.to_string());
}

#[test]
fn what_is_none_is_listed_and_does_not_count() {
    let explanation = explain(&edge(None), Side::Server, &methods());
    assert_eq!(names(&explanation, "UnaryEcho"), ["Timing", "Auth", "Log"]);
    let text = explanation.to_string();
    assert!(
        text.contains("-  Audit in Edge, Inner: none, passed by"),
        "{text}"
    );
}

#[test]
fn as_a_diagram() {
    let client = explain(&edge(None), Side::Client, &methods());
    expect![[r#"
        flowchart LR
            m0(["/echo.v1.Echo/BidiStream<br/>/echo.v1.Echo/ClientStream<br/>/echo.v1.Echo/Say<br/>/echo.v1.Echo/ServerStream<br/>/echo.v1.Echo/UnaryEcho"]) --> m0s0["Timing in Edge"] --> m0s1["RetryOnError in Edge<br/>may buffer the request, up to 1000 bytes"] --> m0s2["Log in Edge"] --> m0e(["channel"])
            m1(["/grpc.health.v1.Health/Check<br/>/grpc.health.v1.Health/List<br/>/grpc.health.v1.Health/Watch<br/>/grpc.reflection.v1.ServerReflection/ServerReflectionInfo<br/>/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"]) --> m1s0["Timing in Edge"] --> m1s1["Log in Edge"] --> m1e(["channel"])
    "#]].assert_eq(&client.mermaid());
    let server = explain(&edge(Some(Audit)), Side::Server, &methods());
    expect![[r#"
        flowchart LR
            m0(["/echo.v1.Echo/BidiStream<br/>/echo.v1.Echo/ClientStream<br/>/echo.v1.Echo/ServerStream<br/>/echo.v1.Echo/UnaryEcho<br/>/grpc.health.v1.Health/Check<br/>/grpc.health.v1.Health/List<br/>/grpc.health.v1.Health/Watch<br/>/grpc.reflection.v1.ServerReflection/ServerReflectionInfo<br/>/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"]) --> m0s0["Timing in Edge"] --> m0s1["Auth in Edge, Inner"] --> m0s2["Audit in Edge, Inner"] --> m0s3["Log in Edge"] --> m0e(["handler"])
            m1(["/echo.v1.Echo/Say"]) --> m1s0["Timing in Edge"] --> m1s1["Auth in Edge, Inner"] --> m1s2["Log in Edge"] --> m1e(["handler"])
    "#]].assert_eq(&server.mermaid());
}

struct NoToken;

impl TokenSource for NoToken {
    async fn token(&self) -> Result<Token, Status> {
        Err(Status::unavailable("no token"))
    }
}

/// What a layer keeps for the whole chain is in what the layer says, as text and in the diagram.
#[test]
fn a_layer_says_what_it_keeps_itself() {
    let layer = ClientLayer::new(Timing, &methods()).unwrap();
    let explanation = layer.max_settled_bytes(5).explain();
    assert_eq!(explanation.max_settled_bytes(), Some(5));
    let words = "the layer may buffer a response with one message, up to 5 bytes";
    assert!(explanation.to_string().contains(words));
    assert!(explanation.mermaid().contains(&format!("    %% {words}\n")));
    let chain = explain(&Timing, Side::Client, &methods());
    assert_eq!(chain.max_settled_bytes(), None);
    assert!(!chain.to_string().contains("the layer"));
}

#[test]
fn the_modules_that_buffer_say_so() {
    let config = ServiceConfig::from_json("{}").unwrap();
    let configured = Configured::with(config, Retry::new().max_buffered_bytes(8), Hedge::new());
    let tokens = || CallCredentials::over_plaintext(NoToken);
    let chain = (
        tokens(),
        tokens().resends(false),
        Retry::new().max_buffered_bytes(7),
        Hedge::new(),
        retry(),
        configured,
    );
    let explanation = explain(&chain, Side::Client, &methods());
    let steps = explanation.methods().next().unwrap().steps();
    let buffers: Vec<_> = steps.iter().flat_map(ExplainedStep::buffers).collect();
    assert_eq!(
        buffers,
        [
            "the request, up to 262144 bytes, and 16777216 bytes of all calls",
            "nothing: no call is sent again",
            "the request, up to 7 bytes, and 16777216 bytes of all calls",
            "the request, up to 262144 bytes, and 16777216 bytes of all calls",
            "the request, up to 262144 bytes",
            "for a retry the request, up to 8 bytes, and 16777216 bytes of all calls",
            "for a hedge the request, up to 262144 bytes, and 16777216 bytes of all calls",
        ]
    );
}

#[test]
fn without_a_table_one_method_stands_for_all() {
    let explanation = explain(&(Timing, Log), Side::Server, &Methods::unknown());
    expect![[r"
        on the server, the outermost first:

        /*/* (stream_stream)
          1. Timing
          2. Log
    "]]
    .assert_eq(&explanation.to_string());
}

/// The words of logs and of `Debug`, as they were before there was `explain`.
#[test]
fn a_description_is_one_line() {
    let layer = ServerLayer::new(edge(None), &methods()).unwrap();
    let line = format!("{layer:?}");
    assert_eq!(
        line,
        "ServerLayer(Edge(Timing, RetryOnError if client and only /echo.v1.Echo/*, Inner(Auth) if server, Log))"
    );
}

/// A condition of a user's own words, which are not to end a label.
#[derive(Debug, Clone)]
struct Odd;

impl Interceptor for Odd {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        next.run(call).await
    }

    fn describe(&self, description: &mut Description) {
        description.only_if("\"a\" <b> #c", |inside| inside.interceptor("Odd"));
    }
}

#[test]
fn words_of_a_user_are_escaped_in_a_diagram() {
    let explanation = explain(&Odd, Side::Server, &Methods::unknown());
    assert!(
        explanation
            .to_string()
            .contains("1. Odd, if \"a\" <b> #c\n")
    );
    let chart = explanation.mermaid();
    let label = "[\"Odd, if #quot;a#quot; #lt;b#gt; #35;c\"]";
    assert!(chart.contains(label), "{chart}");
}
