//! What users hold can be cloned, shared between threads, stored, and printed: asserted where this file compiles.
//!
//! The test at its end reads which types the crates export, and fails if one of them is in none of these lists.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{collections::BTreeSet, error::Error, fmt::Debug, fs, path::Path};

use grpc_interceptor::{
    tonic::{body::Body, service::Routes, transport::Channel},
    *,
};

/// `held!(LIST: Bound, Bound => Type, Type)` asserts the bounds of each, and keeps their names.
macro_rules! held {
    ($list:ident: $($bound:path),+ => $($held:ty),+ $(,)?) => {
        const $list: &[&str] = {
            const fn holds<T: $($bound +)+ 'static>() {}
            $(holds::<$held>();)+
            &[$(stringify!($held)),+]
        };
    };
}

mod harness;
mod kit;

/// An interceptor, as far as types go.
type Pass = Identity;

held!(CONFIGURED: Clone, Debug, Send, Sync, Unpin =>
    BoxInterceptor,
    ClientLayer<Pass>,
    Identity,
    InterceptedClient<Channel, Pass>,
    InterceptedServer<Routes, Pass>,
    Method,
    Methods,
    MethodsBuilder,
    Observe<Idle>,
    Pattern,
    ServerLayer<Pass>,
    Then<Pass, Pass>,
    ReplayBudget,
    blocking::Channel,
    blocking::Pool,
);

held!(CHAINS: Interceptor, Clone, Debug =>
    (Pass, Pass),
    (Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass),
    BoxInterceptor,
    Identity,
    Observe<Idle>,
    Option<Pass>,
    Then<Pass, Pass>,
    Vec<BoxInterceptor>,
);

held!(VALUES: Clone, Copy, Debug, Eq, Send, Sync, Unpin =>
    CallKind,
    Idempotency,
    Side,
    TransportKind,
    Unknown,
    Wants,
);

held!(ORDER: Clone, Copy, Debug, Send, Sync, Unpin =>
    ExtensionType,
    Link,
    Order,
    Role,
    Rules,
);

held!(MARKERS: Clone, Copy, Debug, Send, Sync, Unpin =>
    Single,
    StreamStream,
    StreamUnary,
    Streaming,
    UnaryStream,
    UnaryUnary,
);

held!(DATA: Clone, Debug, Send, Sync, Unpin =>
    Description,
    Encoding,
    ExplainedMethod,
    ExplainedStep,
    Explanation,
    Message,
    MessageType<'static>,
    MethodEntry,
    Origin,
    Passing<'static>,
    Selection,
);

held!(OF_A_CALL: Debug, Send, Sync =>
    Call<StreamStream>,
    Call<StreamUnary>,
    Call<UnaryStream>,
    Call<UnaryUnary>,
    End<'static>,
    Replay<StreamStream>,
    Replay<UnaryUnary>,
    Reply<StreamStream>,
    Reply<StreamUnary>,
    Reply<UnaryStream>,
    Reply<UnaryUnary>,
);

held!(NEXT: Next<UnaryUnary>, Clone, Debug, Send, Sync =>
    BoxNext<'static, UnaryUnary>,
);

// read through `&mut`, as tonic's `Body` and `Streaming` are, which are not `Sync` either
held!(BODIES: Debug, Send =>
    Payload<Single>,
    Payload<Streaming>,
    ReplyBody<Body>,
);

held!(CLIENTS: Clone, Debug, Send, Sync, Unpin =>
    blocking::Client<Channel>,
);

// for the thread that has them
held!(OF_A_THREAD: Debug, Send =>
    blocking::BlockingMessages<'static>,
    blocking::BlockingNext<UnaryUnary>,
    blocking::Messages<String>,
    blocking::PayloadMessages,
    blocking::Replies<String>,
    blocking::Requests<String>,
);

held!(FUTURES: Future, Debug, Send, Sync =>
    OnEnd<Reached, fn(&End<'_>)>,
    Run<Reached>,
);

// lent to a function that is not `async`, so it stays on its thread
held!(LENT: Debug =>
    Start<'static>,
);

held!(ERRORS: Error, Clone, Debug, Send, Sync, Unpin =>
    ConfigError,
);

const LISTS: [&[&str]; 14] = [
    CONFIGURED,
    CHAINS,
    VALUES,
    ORDER,
    MARKERS,
    DATA,
    OF_A_CALL,
    NEXT,
    BODIES,
    CLIENTS,
    OF_A_THREAD,
    FUTURES,
    LENT,
    ERRORS,
];

/// What is exported and cannot be held: traits.
const TRAITS: [&str; 8] = [
    "CallType",
    "Cardinality",
    "Guard",
    "Interceptor",
    "IntoRequests",
    "Next",
    "Observer",
    "RequestExt",
];

/// What a call comes to.
type Reached = std::future::Ready<Result<Reply<UnaryUnary>, tonic::Status>>;

/// An observer that watches nothing.
#[derive(Debug, Clone)]
struct Idle;

impl Observer for Idle {
    type Call = ();
    fn start(&self, _: &mut Start<'_>) {}
    fn end(&self, (): (), _: &End<'_>) {}
}

#[test]
fn each_exported_type_is_in_a_list() {
    let held: BTreeSet<_> = LISTS
        .into_iter()
        .chain(kit::LISTS)
        .chain(harness::LISTS)
        .flatten()
        .flat_map(|it| words(it))
        .collect();
    let exported = [
        re_exported("interceptor-core/src/lib.rs"),
        re_exported("interceptor-core/src/blocking/mod.rs"),
        re_exported("interceptor-test/src/lib.rs"),
        declared("interceptor-kit/src"),
    ];
    let mut missing = exported.concat();
    missing.retain(|name| !held.contains(name.as_str()) && !TRAITS.contains(&name.as_str()));
    assert!(
        missing.is_empty(),
        "these are exported: put them into lists of tests/static_properties.rs: {missing:?}"
    );
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names in the `pub use` of a file: types and traits.
fn re_exported(file: &str) -> Vec<String> {
    let text = read(&root().join(file));
    let uses = text.split("\npub use ").skip(1);
    let uses = uses.filter_map(|rest| rest.split(';').next());
    let names = uses
        .flat_map(words)
        .filter(|name| name.starts_with(char::is_uppercase));
    let names: Vec<_> = names.map(str::to_owned).collect();
    assert!(names.len() > 5, "too few to be all: {names:?}");
    names
}

/// The public types that the files of a folder declare; a lint sees to it that what is `pub` can be reached.
fn declared(folder: &str) -> Vec<String> {
    let mut files = vec![root().join(folder)];
    let mut names = Vec::new();
    while let Some(path) = files.pop() {
        if path.ends_with("tests") || path.ends_with("tests.rs") {
            continue;
        }
        if path.is_dir() {
            files.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            names.extend(read(&path).lines().filter_map(declares).map(str::to_owned));
        }
    }
    assert!(names.len() > 1, "too few to be all: {names:?}");
    names
}

fn declares(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let name = ["struct ", "enum "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?;
    words(name).next()
}
