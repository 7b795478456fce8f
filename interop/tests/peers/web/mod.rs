//! gRPC-Web: tonic-web's layer above ours, and a client that speaks HTTP/1.1 and nothing else.

use bytes::{Buf as _, Bytes, BytesMut};
use grpc_interceptor::tonic::Code;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use testproto::echo::{EchoReply, EchoRequest};
use tokio::net::TcpStream;

use crate::{run, server::Ours, within};

/// In a frame's first byte: these are trailers, written as HTTP/1.1 writes headers.
const TRAILERS: u8 = 0x80;

/// What a client gets: the messages, and the status wherever it stood.
#[derive(Debug)]
struct Answer {
    headers: HeaderMap,
    messages: Vec<EchoReply>,
    trailers: Vec<(String, String)>,
}

// === impl Answer ===

impl Answer {
    async fn read(response: Response<hyper::body::Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        assert_eq!(parts.status, 200);
        let mut body = body.collect().await.unwrap().to_bytes();
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
    fn get(&self, key: &str) -> Option<&str> {
        let in_trailers = self.trailers.iter().find(|(name, _)| name == key);
        let in_headers = self.headers.get(key).map(|it| it.to_str().unwrap());
        match (in_trailers, in_headers) {
            (Some(_), Some(_)) => panic!("`{key}` stands twice: {self:?}"),
            (trailer, header) => trailer.map(|(_, value)| &**value).or(header),
        }
    }

    fn code(&self) -> Code {
        Code::from_bytes(self.get("grpc-status").unwrap().as_bytes())
    }
}

async fn post(port: u16, method: &str, request: EchoRequest) -> Answer {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let message = prost::Message::encode_to_vec(&request);
    let mut frame = BytesMut::from(&[0][..]);
    frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend(message);
    let request = Request::post(format!("/echo.v1.Echo/{method}"))
        .header("host", "127.0.0.1")
        .header("content-type", "application/grpc-web+proto")
        .header("x-grpc-web", "1")
        .header("x-ascii", "there")
        .body(Full::new(frame.freeze()))
        .unwrap();
    let answer = Answer::read(sender.send_request(request).await.unwrap()).await;
    drop(sender);
    connection.await.unwrap().unwrap();
    assert_eq!(answer.headers["content-type"], "application/grpc-web+proto");
    answer
}

/// P29: OK, an error in the place of a response, an error in the middle of a stream, and a panic there. None is malformed,
/// each is complete, and the chain sees each end once.
#[test]
fn p29_over_http_1() {
    run(async {
        let (server, mut sees) = Ours::start_web().await;
        // method, text, messages, code
        let calls = [
            ("UnaryEcho", "a", 1, Code::Ok),
            ("ServerStream", "a", 3, Code::Ok),
            ("UnaryEcho", "fail", 0, Code::InvalidArgument),
            ("ServerStream", "fail", 0, Code::InvalidArgument),
            ("ServerStream", "late", 1, Code::Aborted),
            ("UnaryEcho", "panic", 0, Code::Internal),
            ("ServerStream", "panic late", 1, Code::Internal),
        ];
        for (method, text, messages, code) in calls {
            let request = EchoRequest {
                text: text.to_owned(),
                count: 3,
                ..EchoRequest::default()
            };
            let answer = within(post(server.port(), method, request)).await;
            assert_eq!(answer.code(), code, "{method} {text}: {answer:?}");
            let texts: Vec<_> = answer.messages.iter().map(|reply| &*reply.text).collect();
            assert_eq!(texts, vec![text; messages], "{method} {text}");
            let told = (messages > 0).then_some("there");
            assert_eq!(
                answer.headers.get("x-told").map(|it| it.to_str().unwrap()),
                told
            );
            if code != Code::Internal {
                assert_eq!(
                    answer.get("x-end"),
                    Some("there"),
                    "{method} {text}: {answer:?}"
                );
            }
            assert_eq!(sees.end().await.code, code);
        }
        server.stop().await;
        sees.no_more().await;
    });
}
