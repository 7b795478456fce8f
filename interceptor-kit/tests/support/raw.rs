//! A peer that sends HTTP/2 frames as they are written down, and writes down those that come: h2's own server cannot send all
//! of these sequences. No socket; time is paused.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use http::Uri;
use hyper_util::rt::{TokioExecutor, TokioIo};
use interceptor_core::tonic::{
    Status,
    body::Body,
    transport::{Channel, Endpoint},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const RST_STREAM: u8 = 0x3;
const SETTINGS: u8 = 0x4;
const GOAWAY: u8 = 0x7;
const ACK: u8 = 0x1;
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const MAX_CONCURRENT_STREAMS: u8 = 0x3;

/// The error code CANCEL.
pub(crate) const CANCEL: u32 = 8;

/// What the peer does with a stream. Streams are counted over all connections, from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    /// Resets it as soon as its headers are there: 7 is `REFUSED_STREAM`.
    Reset(u32),
    /// Says that it has not taken it, and takes no more on this connection.
    GoAway,
    /// Says that it has taken it, takes no more, and closes the connection.
    GoAwayAndClose,
    /// Closes the connection.
    Close,
    /// An answer without a body: these headers.
    Answer(&'static [(&'static str, &'static str)]),
    /// Sends back the request's bytes at its end, and OK.
    Echo,
    /// Sends headers at once, and nothing more.
    Headers,
    /// Nothing.
    Hang,
}

/// What the peer saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A stream began.
    Began(usize),
    /// The stream's request ended, with so many bytes.
    Ended(usize, usize),
    /// The client reset the stream.
    Reset(usize, u32),
}

/// The peer, to look at.
#[derive(Clone)]
pub(crate) struct Raw {
    script: Arc<dyn Fn(usize) -> Act + Send + Sync>,
    count: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<Seen>>>,
    max_streams: Option<u8>,
}

/// One connection.
struct Connection {
    raw: Raw,
    io: DuplexStream,
    /// The stream's number, what to do with it, and what came of it.
    streams: HashMap<u32, (usize, Act, Vec<u8>)>,
}

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

// === impl Raw ===

impl Raw {
    pub(crate) fn new(script: impl Fn(usize) -> Act + Send + Sync + 'static) -> Self {
        Self {
            script: Arc::new(script),
            count: Arc::default(),
            connections: Arc::default(),
            seen: Arc::default(),
            max_streams: None,
        }
    }

    /// So many streams at a time.
    pub(crate) fn max_streams(mut self, count: u8) -> Self {
        self.max_streams = Some(count);
        self
    }

    /// tonic's channel to it.
    pub(crate) fn channel(&self) -> Channel {
        let raw = self.clone();
        let connect = move |_: Uri| {
            let raw = raw.clone();
            async move {
                let (ours, io) = tokio::io::duplex(64 * 1024);
                raw.connections.fetch_add(1, Relaxed);
                let streams = HashMap::new();
                tokio::spawn(Connection { raw, io, streams }.serve());
                Ok::<_, io::Error>(TokioIo::new(ours))
            }
        };
        Endpoint::from_static("http://peer.test")
            .connect_with_connector_lazy(tower::service_fn(connect))
    }

    /// What it saw until everybody waits.
    pub(crate) async fn seen(&self) -> Vec<Seen> {
        // Under paused time: until everybody waits.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        self.seen.lock().unwrap().clone()
    }

    /// How many streams began.
    pub(crate) fn streams(&self) -> usize {
        self.count.load(Relaxed)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Relaxed)
    }

    fn saw(&self, seen: Seen) {
        self.seen.lock().unwrap().push(seen);
    }
}

// === impl Connection ===

impl Connection {
    async fn serve(mut self) -> io::Result<()> {
        let preface = &mut [0; b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()];
        self.io.read_exact(preface).await?;
        let settings = match self.raw.max_streams {
            Some(count) => vec![0, MAX_CONCURRENT_STREAMS, 0, 0, 0, count],
            None => Vec::new(),
        };
        self.write(SETTINGS, 0, 0, &settings).await?;
        loop {
            let frame = self.read().await?;
            let is_end = frame.flags & END_STREAM != 0;
            match frame.kind {
                SETTINGS if frame.flags & ACK == 0 => self.write(SETTINGS, ACK, 0, &[]).await?,
                HEADERS => {
                    if !self.begin(frame.stream).await? {
                        return Ok(());
                    }
                    self.ended(frame.stream, is_end).await?;
                }
                DATA => {
                    if let Some((_, _, bytes)) = self.streams.get_mut(&frame.stream) {
                        bytes.extend(frame.payload);
                    }
                    self.ended(frame.stream, is_end).await?;
                }
                RST_STREAM => self.reset(&frame),
                _ => {}
            }
        }
    }

    /// Whether the connection goes on.
    async fn begin(&mut self, stream: u32) -> io::Result<bool> {
        let number = self.raw.count.fetch_add(1, Relaxed);
        let act = (self.raw.script)(number);
        self.raw.saw(Seen::Began(number));
        self.streams.insert(stream, (number, act, Vec::new()));
        match act {
            Act::Reset(code) => {
                self.write(RST_STREAM, 0, stream, &code.to_be_bytes())
                    .await?;
            }
            Act::GoAway => self.go_away(stream - 1).await?,
            Act::GoAwayAndClose => {
                self.go_away(stream).await?;
                return Ok(false);
            }
            Act::Close => return Ok(false),
            Act::Answer(headers) => {
                let block = block(true, headers);
                self.write(HEADERS, END_HEADERS | END_STREAM, stream, &block)
                    .await?;
            }
            Act::Headers => {
                let block = block(true, &[("content-type", "application/grpc")]);
                self.write(HEADERS, END_HEADERS, stream, &block).await?;
            }
            Act::Echo | Act::Hang => {}
        }
        Ok(true)
    }

    async fn go_away(&mut self, last_stream: u32) -> io::Result<()> {
        let last_stream = last_stream.saturating_sub((last_stream + 1) % 2);
        let payload = [last_stream.to_be_bytes(), [0; 4]].concat();
        self.write(GOAWAY, 0, 0, &payload).await
    }

    /// A request ended, if it did.
    async fn ended(&mut self, stream: u32, is_end: bool) -> io::Result<()> {
        if !is_end {
            return Ok(());
        }
        let Some((number, act, bytes)) = self.streams.get_mut(&stream) else {
            return Ok(());
        };
        let (number, act, bytes) = (*number, *act, std::mem::take(bytes));
        self.raw.saw(Seen::Ended(number, bytes.len()));
        if let Act::Echo = act {
            let head = block(true, &[("content-type", "application/grpc")]);
            self.write(HEADERS, END_HEADERS, stream, &head).await?;
            self.write(DATA, 0, stream, &bytes).await?;
            let trailers = block(false, &[("grpc-status", "0")]);
            self.write(HEADERS, END_HEADERS | END_STREAM, stream, &trailers)
                .await?;
        }
        Ok(())
    }

    fn reset(&mut self, frame: &Frame) {
        let code = u32::from_be_bytes(frame.payload[..4].try_into().unwrap());
        if let Some((number, _, _)) = self.streams.remove(&frame.stream) {
            self.raw.saw(Seen::Reset(number, code));
        }
    }

    async fn read(&mut self) -> io::Result<Frame> {
        let mut head = [0; 9];
        self.io.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        self.io.read_exact(&mut payload).await?;
        let stream = u32::from_be_bytes(head[5..].try_into().unwrap());
        Ok(Frame {
            kind: head[3],
            flags: head[4],
            stream,
            payload,
        })
    }

    async fn write(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.io.write_all(&[&head, payload].concat()).await
    }
}

/// A header block of literals, as HPACK has them: no table, no compression.
fn block(is_response: bool, headers: &[(&str, &str)]) -> Vec<u8> {
    const STATUS_200: u8 = 0x88;
    let mut block = if is_response {
        vec![STATUS_200]
    } else {
        Vec::new()
    };
    for (name, value) in headers {
        block.push(0);
        for text in [name, value] {
            block.push(u8::try_from(text.len()).unwrap());
            block.extend(text.as_bytes());
        }
    }
    block
}

/// What hyper says of a request that was still in its queue when the connection ended.
pub(crate) async fn never_sent() -> Status {
    let (ours, _theirs) = tokio::io::duplex(1024);
    let (executor, io) = (TokioExecutor::new(), TokioIo::new(ours));
    let connected = hyper::client::conn::http2::handshake(executor, io).await;
    let (mut sender, connection) = connected.unwrap();
    let request = http::Request::post("http://peer.test/a.B/C").body(Body::empty());
    let response = sender.send_request(request.unwrap());
    drop(connection);
    Status::from_error(Box::new(response.await.unwrap_err()))
}
