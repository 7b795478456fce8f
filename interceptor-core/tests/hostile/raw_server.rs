//! A server that plays a scenario to the first call, and answers each further one as it should.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tonic::transport::{Channel, Endpoint};

use crate::{http2, support::body::frame};

/// What the server does next. After the last step the connection is as it was: it takes further calls.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Lets everybody do what they can.
    Settle,
    /// Closes the connection.
    Close,
    /// Says nothing more, and keeps the connection.
    Stall,
}

/// When the scenario begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before anything was read.
    Connected,
    /// When the client's preface was read.
    Preface,
    /// When the settings were exchanged.
    Settings,
    /// When the headers of a call were read.
    Call,
}

/// A scenario, and the settings that the server begins with.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) moment: Moment,
    pub(crate) settings: Vec<(u16, u32)>,
    pub(crate) steps: Vec<Step>,
}

impl Scenario {
    /// A channel to such a server; connections of the channel share the one scenario.
    pub(crate) fn channel(&self, endpoint: &Endpoint) -> Channel {
        let (scenario, played) = (self.clone(), Arc::new(AtomicBool::new(false)));
        let connect = move |_: Uri| {
            let (ours, theirs) = tokio::io::duplex(1 << 20);
            tokio::spawn(serve(theirs, scenario.clone(), played.clone()));
            std::future::ready(Ok::<_, std::io::Error>(TokioIo::new(ours)))
        };
        endpoint.connect_with_connector_lazy(tower::service_fn(connect))
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::from_static("http://peer.test")
}

/// Until everybody waits: the time is paused.
pub(crate) async fn settle() {
    // Under paused time.
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// The same, until scenarios are over too.
pub(crate) async fn settle_all() {
    // Under paused time.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn serve(mut io: DuplexStream, scenario: Scenario, played: Arc<AtomicBool>) -> Option<()> {
    let plays = |moment| scenario.moment == moment && !played.swap(true, SeqCst);
    if plays(Moment::Connected) {
        play(&mut io, &scenario.steps).await?;
    }
    let mut preface = [0; http2::PREFACE.len()];
    io.read_exact(&mut preface).await.ok()?;
    if plays(Moment::Preface) {
        play(&mut io, &scenario.steps).await?;
    }
    write(&mut io, &http2::settings(&scenario.settings)).await?;
    write(&mut io, &http2::settings_ack()).await?;
    if plays(Moment::Settings) {
        play(&mut io, &scenario.steps).await?;
    }
    loop {
        let (kind, stream) = read(&mut io).await?;
        if kind != http2::HEADERS {
            continue;
        }
        if plays(Moment::Call) {
            play(&mut io, &scenario.steps).await?;
        } else {
            write(&mut io, &answer(stream)).await?;
        }
    }
}

/// None when the connection is over.
async fn play(io: &mut DuplexStream, steps: &[Step]) -> Option<()> {
    for step in steps {
        match step {
            Step::Write(bytes) => write(io, bytes).await?,
            Step::Settle => settle().await,
            Step::Close => return None,
            Step::Stall => return stall(io).await,
        }
    }
    Some(())
}

/// Reads, and says nothing, until the client has reset the stream.
async fn stall(io: &mut DuplexStream) -> Option<()> {
    while read(io).await?.0 != http2::RST_STREAM {}
    Some(())
}

async fn write(io: &mut DuplexStream, bytes: &[u8]) -> Option<()> {
    io.write_all(bytes).await.ok()
}

/// Reads a frame: its type and its stream.
async fn read(io: &mut DuplexStream) -> Option<(u8, u32)> {
    let mut head = [0; http2::HEAD_LEN];
    io.read_exact(&mut head).await.ok()?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    io.read_exact(&mut vec![0; length as usize]).await.ok()?;
    Some((
        head[3],
        u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
    ))
}

/// What a call should get: one message, and that all went well.
fn answer(stream: u32) -> Vec<u8> {
    [
        headers_of(stream, &[]),
        http2::data(stream, false, &frame("fine")),
        http2::headers(stream, true, &[("grpc-status", b"0")]),
    ]
    .concat()
}

fn headers_of(stream: u32, more: &[http2::Field<'_>]) -> Vec<u8> {
    let first: [http2::Field<'_>; 2] = [(":status", b"200"), ("content-type", b"application/grpc")];
    http2::headers(stream, false, &[&first, more].concat())
}
