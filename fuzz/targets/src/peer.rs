//! A server that says what it likes, below tonic's channel and a chain.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use http::{Request, Uri};
use http_body_util::BodyExt as _;
use hyper_util::rt::TokioIo;
use interceptor_core::{
    CallKind, ClientLayer, End, InterceptedClient, Methods, Observe, Observer, Origin, Passing,
    Start, Wants,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    runtime::Runtime,
};
use tonic::{
    Code, Status,
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::ServiceExt as _;

use crate::{by_path::status::wire::code_of, bytes::Input, http2};

/// How long the caller waits for a peer that says nothing more.
const PATIENCE: Duration = Duration::from_secs(60);

/// One method of each call type.
const PATHS: [&str; 4] = [
    "/a.B/UnaryUnary",
    "/a.B/UnaryStream",
    "/a.B/StreamUnary",
    "/a.B/StreamStream",
];

/// A call type, and what the peer does then: any bytes, or frames of its choice.
///
/// No panic, in our code or in tonic's above it; the call starts once and ends once, with the code that the caller sees
/// or the one that the origin of its status stands for.
pub fn peer(data: &[u8]) {
    thread_local! {
        static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
    }
    RUNTIME.with_borrow_mut(|runtime| {
        let runtime = runtime.get_or_insert_with(|| {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap_or_else(|error| panic!("{error}"))
        });
        runtime.block_on(call(data.to_vec()));
    });
}

async fn call(data: Vec<u8>) {
    let choice = Input::new(&data).byte();
    let path = PATHS[usize::from(choice) % 4];
    let ends = Arc::new(Ends::default());
    let observe = Observe::new(Watcher {
        ends: ends.clone(),
        wants: wants(choice),
    });
    let layer = ClientLayer::new(observe, &methods()).unwrap_or_else(|error| panic!("{error}"));
    let client = layer
        .max_message_size(1000)
        .max_settled_bytes(1000)
        .layer(channel(data));
    // A caller who gives up: the time is paused, and passes when nobody has anything to do.
    let seen = tokio::time::timeout(PATIENCE, run(client, path, choice))
        .await
        .ok()
        .flatten();
    assert_eq!(
        (ends.started.load(Relaxed), ends.ended.load(Relaxed)),
        (1, 1)
    );
    let told = Code::from(i32::try_from(ends.code.load(Relaxed)).unwrap_or_default());
    if let Some(seen) = seen {
        assert!(
            seen.contains(&i32::from(told)),
            "told {told:?}, but the caller saw {seen:?}"
        );
    }
}

fn methods() -> Methods {
    let builder = PATHS
        .iter()
        .zip(CallKind::ALL)
        .fold(Methods::builder(), |it, (path, kind)| {
            it.method(*path, kind)
        });
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

fn wants(choice: u8) -> Wants {
    [Wants::Nothing, Wants::Lengths, Wants::Messages][usize::from(choice >> 2) % 3]
}

/// The codes that the caller can take it for; none if it gave up half-way.
async fn run(
    client: InterceptedClient<Channel, Observe<Watcher>>,
    path: &str,
    choice: u8,
) -> Option<BTreeSet<i32>> {
    let request = Request::post(path)
        .header("grpc-timeout", "5S")
        .header("te", "trailers");
    let request = request.body(Body::new(http_body_util::Full::from(http2::message(
        0, 1, b"a",
    ))));
    let request = request.unwrap_or_else(|error| panic!("{error}"));
    let response = match client.oneshot(request).await {
        Ok(response) => response,
        Err(error) => return Some(codes(&Status::from_error(error.into()))),
    };
    let in_headers = said(response.headers());
    let http = response.status();
    if choice & 0x40 != 0 {
        return None;
    }
    match response.into_body().collect().await {
        Err(status) => Some(codes(&status)),
        Ok(body) => {
            // What is no answer of gRPC, or lacks a message, is judged by several rules; another test has them.
            let said = in_headers.or_else(|| body.trailers().and_then(said));
            said.filter(|_| http.is_success())
        }
    }
}

fn codes(status: &Status) -> BTreeSet<i32> {
    let origin = Origin::of(status);
    assert!(!(origin.headers_received() && (origin.is_never_sent() || origin.is_refused())));
    let by_origin = origin.transport().and_then(|kind| kind.code());
    [Some(status.code()), by_origin]
        .into_iter()
        .flatten()
        .map(i32::from)
        .collect()
}

/// tonic reads it again in the caller's task, and panics at bad base64. Of a text that is not UTF-8 it makes another code.
#[expect(clippy::disallowed_methods, reason = "what tonic does above us")]
fn said(headers: &http::HeaderMap) -> Option<BTreeSet<i32>> {
    let status = Status::from_header_map(headers)?;
    Some(
        codes(&status)
            .into_iter()
            .chain(code_of(headers).map(i32::from))
            .collect(),
    )
}

#[derive(Default)]
struct Ends {
    started: AtomicUsize,
    ended: AtomicUsize,
    code: AtomicUsize,
}

struct Watcher {
    ends: Arc<Ends>,
    wants: Wants,
}

impl Observer for Watcher {
    type Call = usize;

    fn start(&self, _: &mut Start<'_>) -> usize {
        self.ends.started.fetch_add(1, Relaxed);
        0
    }

    fn wants_responses(&self, _: &usize) -> Wants {
        self.wants
    }

    fn response_message(&self, bytes: &mut usize, message: &Passing<'_>) {
        *bytes = bytes.saturating_add(message.wire_len());
    }

    fn end(&self, _: usize, end: &End<'_>) {
        self.ends.ended.fetch_add(1, Relaxed);
        let code = usize::try_from(i32::from(end.code()));
        self.ends.code.store(code.unwrap_or_default(), Relaxed);
    }
}

fn channel(data: Vec<u8>) -> Channel {
    let connect = move |_: Uri| {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(serve(theirs, data.clone()));
        std::future::ready(Ok::<_, std::io::Error>(TokioIo::new(ours)))
    };
    Endpoint::from_static("http://peer.test")
        .connect_with_connector_lazy(tower::service_fn(connect))
}

/// Says its part once the request has begun to come; without that, nothing said would belong to a call.
async fn serve(mut io: DuplexStream, data: Vec<u8>) -> std::io::Result<()> {
    let mut input = Input::new(&data);
    let choice = input.byte();
    let mut seen = [0; 1 << 10];
    if choice & 0x80 == 0 {
        io.write_all(&http2::settings(&[])).await?;
        io.write_all(&http2::settings_ack()).await?;
        // Paused time: until the request is there.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let _ = io.read(&mut seen).await?;
    }
    while !input.is_empty() {
        let said = step(&mut input);
        if said.is_empty() {
            // Paused time: until everybody waits.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        io.write_all(&said).await?;
    }
    if choice & 0x20 != 0 {
        while io.read(&mut seen).await? > 0 {}
    }
    Ok(())
}

/// What the peer says next; nothing for a pause.
fn step(input: &mut Input<'_>) -> Vec<u8> {
    let (kind, stream) = (input.byte(), 1);
    let end_stream = kind & 0x80 != 0;
    match kind & 0xf {
        0 => input.piece().to_vec(),
        1 => {
            let first = [
                (":status", status(input.byte())),
                ("content-type", b"application/grpc"),
            ];
            http2::headers(stream, end_stream, &[&first[..], &fields(input)].concat())
        }
        2 => http2::headers(stream, end_stream, &fields(input)),
        3 => http2::data(stream, end_stream, input.piece()),
        4 => {
            let (flag, payload) = (input.byte(), input.piece());
            http2::data(
                stream,
                end_stream,
                &http2::message(flag, payload.len(), payload),
            )
        }
        5 => http2::reset(stream, input.byte().into()),
        6 => http2::go_away(input.byte().into(), input.byte().into()),
        7 => http2::frame(
            input.byte(),
            input.byte(),
            input.byte().into(),
            input.piece(),
        ),
        8 => http2::settings(&[(
            input.byte().into(),
            u32::try_from(input.short()).unwrap_or_default(),
        )]),
        9 => http2::window_update(
            input.byte().into(),
            u32::try_from(input.short()).unwrap_or_default(),
        ),
        _ => Vec::new(),
    }
}

fn status(byte: u8) -> &'static [u8] {
    [
        &b"200"[..],
        b"429",
        b"503",
        b"404",
        b"100",
        b"204",
        b"999",
        b"x",
    ][usize::from(byte) % 8]
}

/// Fields with a name of a list, or of the peer's own; up to three.
fn fields<'a>(input: &mut Input<'a>) -> Vec<http2::Field<'a>> {
    const NAMES: [&str; 8] = [
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "grpc-encoding",
        "content-type",
        "content-length",
        "x-a-bin",
        "",
    ];
    let count = input.byte() % 4;
    let field = |_| {
        let name = NAMES[usize::from(input.byte()) % NAMES.len()];
        let name = if name.is_empty() {
            std::str::from_utf8(input.piece()).unwrap_or("x")
        } else {
            name
        };
        (name, input.piece())
    };
    (0..count).map(field).collect()
}
