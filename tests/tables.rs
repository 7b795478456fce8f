//! Tables that interceptor-build writes: what is in them, and chains that select by their constants.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use grpc_interceptor::prelude::*;
use grpc_interceptor::{Method, MethodEntry, Pattern};
use interceptor_test::{Harness, Peer};
use testproto::tables::{FILE_DESCRIPTOR_SET, echo, odd};

fn from_tables() -> Methods {
    let tables = [echo::METHODS, odd::METHODS, odd::inner::METHODS];
    let all = tables.map(|table| Methods::from_table(table).unwrap());
    all.into_iter().reduce(|a, b| a.merge(b).unwrap()).unwrap()
}

/// All that a method says of itself, but for JSON.
fn facts(method: &Method) -> String {
    let (input, output) = (method.input().unwrap(), method.output().unwrap());
    let (level, deprecated) = (method.idempotency(), method.is_deprecated());
    format!(
        "{method} {} {input} {output} {level:?} {deprecated}",
        method.kind()
    )
}

#[test]
fn a_table_says_what_the_descriptor_set_says() {
    let read = Methods::from_file_descriptor_set(FILE_DESCRIPTOR_SET).unwrap();
    let read: Vec<_> = read.iter().map(facts).collect();
    let written: Vec<_> = from_tables().iter().map(facts).collect();
    assert_eq!(read, written);
    assert_eq!(
        written.len(),
        5 + 9 + 5,
        "those of the files, and those always there"
    );
}

#[test]
fn a_table_merges_with_its_descriptor_set_and_not_with_another() {
    const OTHER: &[MethodEntry] = &[MethodEntry::new(
        "/echo.v1.Echo/Say",
        CallKind::UnaryUnary,
        "echo.v1.EchoRequest",
        "echo.v1.EchoReply",
    )];

    let read = Methods::from_file_descriptor_set(FILE_DESCRIPTOR_SET).unwrap();
    assert!(from_tables().merge(read.clone()).is_ok());
    assert!(read.clone().merge(from_tables()).is_ok());

    let other = Methods::from_table(OTHER).unwrap();
    let error = read.merge(other).unwrap_err().to_string();
    assert!(
        error.contains("`/echo.v1.Echo/Say` has two entries that differ"),
        "{error}"
    );
    assert!(error.contains("(from a constant table)"), "{error}");
}

#[test]
fn a_path_that_is_none_is_an_error() {
    let table = [MethodEntry::new("Echo/Say", CallKind::UnaryUnary, "A", "B")];
    let error = Methods::from_table(&table).unwrap_err().to_string();
    assert!(
        error.starts_with("\"Echo/Say\" is not the path of a method"),
        "{error}"
    );
}

#[test]
fn each_constant_selects_its_own() {
    let rows: [(Pattern, &[&str]); 12] = [
        (echo::ECHO_UNARY_ECHO, &["/echo.v1.Echo/UnaryEcho"]),
        (odd::SELF_MATCH, &["/odd.type.v1.Self/Match"]),
        (odd::SELF_ASYNC, &["/odd.type.v1.Self/async"]),
        (
            odd::SELF,
            &["/odd.type.v1.Self/Match", "/odd.type.v1.Self/async"],
        ),
        (odd::HTTP_LINKS2_GET, &["/odd.type.v1.HTTPLinks2/Get"]),
        (
            odd::HTTP_LINKS2_GET_URL,
            &["/odd.type.v1.HTTPLinks2/GetURL"],
        ),
        (
            odd::HTTP_LINKS2_GET_ALL,
            &["/odd.type.v1.HTTPLinks2/get_all"],
        ),
        (odd::HTTP_LINKS2_V2_GET, &["/odd.type.v1.HTTPLinks2/V2Get"]),
        (odd::LINKS_GET, &["/odd.type.v1.Links/Get"]),
        (odd::inner::LINKS_GET, &["/odd.type.v1.inner.Links/Get"]),
        (odd::_9LIVES_COUNT, &["/odd.type.v1._9Lives/Count"]),
        (odd::_9LIVES, &["/odd.type.v1._9Lives/Count"]),
    ];
    let methods = from_tables();
    for (pattern, paths) in rows {
        let selected = methods.iter().filter(|method| pattern.matches(method));
        let selected: Vec<_> = selected.map(Method::path).collect();
        assert_eq!(selected, paths, "{pattern}");
    }
}

/// Ends the call, so that it shows which calls it saw.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Stop;

impl Stop {
    #[expect(clippy::unused_async, reason = "the form of a definition")]
    async fn intercept_call<T: CallType>(
        &self,
        _: Call<T>,
        _: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        Err(Status::aborted("seen"))
    }
}

const BIDI: Pattern = echo::ECHO_BIDI_STREAM;

#[derive(Debug, Clone, InterceptorChain)]
struct ByName {
    #[chain(only = echo::ECHO_UNARY_ECHO, "/echo.v1.Echo/ServerStream", BIDI, ::testproto::tables::echo::ECHO_SAY, client)]
    stop: Stop,
    #[chain(except = self::echo::ECHO, server)]
    never: Stop,
}

#[test]
fn a_chain_selects_by_constants() {
    let methods = from_tables();
    let layer = ClientLayer::new(
        ByName {
            stop: Stop,
            never: Stop,
        },
        &methods,
    )
    .unwrap();
    let explanation = layer.explain();
    let seen = explanation.methods().filter(|it| !it.steps().is_empty());
    let seen: Vec<_> = seen.map(|it| it.method().name()).collect();
    assert_eq!(seen, ["BidiStream", "Say", "ServerStream", "UnaryEcho"]);
}

#[test]
fn a_constant_of_another_table_is_an_error_at_the_field() {
    let methods = Methods::from_table(odd::METHODS).unwrap();
    let error = ClientLayer::new(
        ByName {
            stop: Stop,
            never: Stop,
        },
        &methods,
    )
    .unwrap_err();
    let error = error.to_string();
    assert!(error.starts_with("ByName.stop: "), "{error}");
    assert!(error.contains("/echo.v1.Echo/UnaryEcho"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_intercepted_by_its_constant() {
    let chain = || ByName {
        stop: Stop,
        never: Stop,
    };
    let call = async |path| {
        let harness = Harness::unary_unary(chain()).methods(from_tables());
        harness.path(path).peer(Peer::echo()).call().await.code()
    };
    assert_eq!(call("/echo.v1.Echo/UnaryEcho").await, Code::Aborted);
    assert_eq!(call("/odd.type.v1.Links/Get").await, Code::Ok);
}
