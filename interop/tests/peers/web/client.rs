//! A client of gRPC-Web that speaks HTTP/1.1 and nothing else.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{Buf as _, Bytes, BytesMut};
use grpc_interceptor::tonic::Code;
use http::{HeaderMap, Request, Response, request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use testproto::echo::{EchoReply, EchoRequest};
use tokio::net::TcpStream;

/// In a frame's first byte: these are trailers, written as HTTP/1.1 writes headers.
const TRAILERS: u8 = 0x80;

/// How frames are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Binary,
    /// In base64, piece by piece.
    Text,
}

/// What a client gets: the messages, and the status wherever it stood.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) messages: Vec<EchoReply>,
    trailers: Vec<(String, String)>,
}

// === impl Form ===

impl Form {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Binary => "application/grpc-web+proto",
            Self::Text => "application/grpc-web-text+proto",
        }
    }

    fn encode(self, frame: Bytes) -> Bytes {
        match self {
            Self::Binary => frame,
            Self::Text => STANDARD.encode(frame).into(),
        }
    }

    /// Pieces of base64 have ends of their own, so `=` may stand in the middle; but each is of whole groups.
    fn decode(self, body: Bytes) -> Bytes {
        match self {
            Self::Binary => body,
            Self::Text => body
                .chunks(4)
                .flat_map(|group| STANDARD.decode(group).unwrap())
                .collect(),
        }
    }
}

// === impl Answer ===

impl Answer {
    async fn read(form: Form, response: Response<Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        assert_eq!(parts.status, 200);
        let mut body = form.decode(body.collect().await.unwrap().to_bytes());
        let mut answer = Self {
            headers: parts.headers,
            messages: Vec::new(),
            trailers: Vec::new(),
        };
        while body.has_remaining() {
            assert!(answer.trailers.is_empty(), "a frame behind the trailers");
            let (flags, length) = (body.get_u8(), body.get_u32() as usize);
            answer.frame(flags, &body.split_to(length));
        }
        answer
    }

    fn frame(&mut self, flags: u8, content: &Bytes) {
        if flags & TRAILERS == 0 {
            let message = prost::Message::decode(content.clone()).unwrap();
            return self.messages.push(message);
        }
        let lines = std::str::from_utf8(content)
            .unwrap()
            .split_terminator("\r\n");
        let pairs = lines.map(|line| line.split_once(':').unwrap());
        let trimmed = pairs.map(|(key, value)| (key.to_owned(), value.trim().to_owned()));
        self.trailers.extend(trimmed);
    }

    /// The one place where a status stands: in the trailers, or without any, in the headers.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let in_trailers = self.trailers.iter().find(|(name, _)| name == key);
        match (in_trailers, self.header(key)) {
            (Some(_), Some(_)) => panic!("`{key}` stands twice: {self:?}"),
            (trailer, header) => trailer.map(|(_, value)| &**value).or(header),
        }
    }

    pub(super) fn header(&self, key: &str) -> Option<&str> {
        self.headers.get(key).map(|it| it.to_str().unwrap())
    }

    pub(super) fn code(&self) -> Code {
        Code::from_bytes(self.get("grpc-status").unwrap().as_bytes())
    }
}

/// One request on a connection of its own.
pub(super) async fn send(port: u16, request: Request<Full<Bytes>>) -> Response<Incoming> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    sender.send_request(request).await.unwrap()
}

/// What all requests of a client have.
pub(super) fn to(method: &str) -> request::Builder {
    Request::post(format!("/echo.v1.Echo/{method}")).header("host", "127.0.0.1")
}

/// A call, with these headers beside its own.
pub(super) async fn post(
    port: u16,
    form: Form,
    (method, message): (&str, EchoRequest),
    headers: &[(&str, &str)],
) -> Answer {
    let request = headers
        .iter()
        .fold(to(method), |it, (key, value)| it.header(*key, *value));
    let request = request
        .header("content-type", form.content_type())
        .header("accept", form.content_type())
        .header("x-grpc-web", "1")
        .body(Full::new(form.encode(frame(&message))))
        .unwrap();
    let answer = Answer::read(form, send(port, request).await).await;
    assert_eq!(answer.headers["content-type"], form.content_type());
    answer
}

fn frame(message: &EchoRequest) -> Bytes {
    let message = prost::Message::encode_to_vec(message);
    let mut frame = BytesMut::from(&[0][..]);
    frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend(message);
    frame.freeze()
}
