//! A message that an interceptor refuses ends the call with its status, and never looks like a clean end to the peer.

use h2::Reason;
use http::Request;
use interceptor_core::{Call, CallKind, CallType, Message, Next, Reply, Side};
use testproto::echo::echo_server::EchoServer;
use tonic::{Code, Status};
use tower::ServiceExt as _;

use super::{answering, replies, requests};
use crate::support::{
    Svc, around,
    body::{Log, Read, Step, Watch, answer, body, data, next, ok, replying, respond, watched},
    caller::call,
    chain::one_body,
    echo::{Echo, routes_of},
    everywhere,
    net::Transport,
    path, service,
};

/// Refuses the message of that number, from 1.
#[derive(Debug, Clone)]
pub(crate) struct Refuse {
    request: Option<usize>,
    reply: Option<usize>,
    code: Code,
}

impl Refuse {
    pub(crate) fn request(number: usize, code: Code) -> Self {
        Self {
            request: Some(number),
            reply: None,
            code,
        }
    }

    fn reply(number: usize, code: Code) -> Self {
        Self {
            request: None,
            reply: Some(number),
            code,
        }
    }

    fn nth(&self, number: Option<usize>) -> impl FnMut(Message) -> Result<Message, Status> + use<> {
        let (mut count, code) = (0, self.code);
        move |message| {
            count += 1;
            if Some(count) == number {
                let mut status = Status::new(code, "refused");
                status.metadata_mut().insert("x-why", "no".parse().unwrap());
                return Err(status);
            }
            Ok(message)
        }
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut().try_map(self.nth(self.request))?;
        let mut reply = next.run(call).await?;
        reply.payload_mut().try_map(self.nth(self.reply))?;
        Ok(reply)
    }
}

one_body!([] Refuse);

const CODES: [Code; 4] = [
    Code::InvalidArgument,
    Code::Cancelled,
    Code::Unavailable,
    Code::Internal,
];

fn last(texts: &[&str]) -> usize {
    texts.len()
}

/// In one process: what is below reads the request to its end, and hands its failure on, or answers all the same.
#[tokio::test]
async fn a_refused_request_message_ends_the_call() {
    for (kind, side) in everywhere() {
        for code in CODES {
            for careless in [false, true] {
                let arrived = Log::new();
                let below = reading(arrived.clone(), careless, answering(kind));
                let refuse = Refuse::request(last(requests(kind)), code);
                let outcome = call(&around(side, refuse, below), kind, requests(kind)).await;
                let context = format!("{kind} {side} {code:?}, careless: {careless}");
                let told = (outcome.code(), outcome.text());
                assert_eq!(told, (code, "refused"), "{context}");
                let read: Vec<Read> = arrived.take();
                let before = &requests(kind)[..requests(kind).len() - 1];
                assert_eq!(read[0].texts(), before, "{context}");
                assert!(read[0].broken.is_some(), "{context}: a clean end");
            }
        }
    }
}

/// Reads the request; answers with its failure, or, careless, as if nothing had happened.
fn reading(arrived: Log<Read>, careless: bool, steps: Vec<Step>) -> Svc {
    service(move |request| {
        let (arrived, steps) = (arrived.clone(), steps.clone());
        async move {
            let read = Read::to_end(request.into_body()).await;
            let is_broken = read.broken.is_some();
            arrived.push(read);
            if is_broken && !careless {
                return Err("the request broke".into());
            }
            Ok(answer(steps))
        }
    })
}

/// tonic takes a request that fails with CANCELLED for one that ended: a handler must not be told so.
#[tokio::test]
async fn a_handler_does_not_see_a_refusal_as_the_end() {
    for kind in [CallKind::StreamUnary, CallKind::StreamStream] {
        for code in CODES {
            let echo = Echo::new();
            let below = routes_of(EchoServer::new(echo.clone()));
            let service = around(Side::Server, Refuse::request(3, code), below);
            let outcome = call(&service, kind, requests(kind)).await;
            assert_eq!(
                echo.ran.take(),
                [""; 0],
                "{kind} {code:?}: with half of the messages"
            );
            assert_eq!(
                (outcome.code(), outcome.text()),
                (code, "refused"),
                "{kind}"
            );
        }
    }
}

/// Over HTTP/2: the server is told by a reset.
///
/// Pitfall P22.
#[tokio::test]
async fn a_refused_request_message_is_a_reset() {
    for kind in CallKind::ALL {
        for code in CODES {
            let arrived = Log::new();
            let below = {
                let arrived = arrived.clone();
                service(move |request| {
                    let arrived = arrived.clone();
                    async move {
                        arrived.push(Read::to_end(request.into_body()).await);
                        Ok(answer([data("done"), ok()]))
                    }
                })
            };
            let channel = Transport::Duplex.connect(below).await;
            let refuse = Refuse::request(last(requests(kind)), code);
            let service = around(Side::Client, refuse, channel);
            let outcome = call(&service, kind, requests(kind)).await;
            let told = (outcome.code(), outcome.text());
            assert_eq!(told, (code, "refused"), "{kind}");
            while arrived.len() == 0 {
                tokio::task::yield_now().await;
            }
            assert!(arrived.take()[0].broken.is_some(), "{kind}: a clean end");
        }
    }
}

/// When the response is under way already.
#[tokio::test]
async fn a_message_that_is_refused_after_the_headers() {
    for side in [Side::Client, Side::Server] {
        for code in CODES {
            for over_http in [false, true] {
                let below = live();
                let refuse = Refuse::request(2, code);
                let service = match (side, over_http) {
                    (Side::Client, true) => {
                        around(side, refuse, Transport::Duplex.connect(below).await)
                    }
                    (Side::Server, true) => {
                        Transport::Duplex.connect(around(side, refuse, below)).await
                    }
                    (_, false) => around(side, refuse, below),
                };
                let outcome = call(&service, CallKind::StreamStream, &["a", "b", "c"]).await;
                let context = format!("{side}, over HTTP: {over_http}, {code:?}");
                let told = (outcome.code(), outcome.text());
                assert_eq!(told, (code, "refused"), "{context}");
                // On a client, the reset may overtake the reply before it.
                assert!(outcome.texts().len() <= 1, "{context}");
            }
        }
    }
}

/// Answers each message when it comes, and breaks as the request does.
fn live() -> Svc {
    service(|request| async {
        let mut requests = request.into_body();
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(frame) = next(&mut requests).await {
                let is_broken = frame.is_err();
                if sender.send(frame).is_err() || is_broken {
                    return;
                }
            }
        });
        let frames = tokio_stream::wrappers::UnboundedReceiverStream::new(receiver);
        let body = http_body_util::StreamBody::new(frames);
        Ok(respond(tonic::body::Body::new(body)))
    })
}

/// The replies before it still come; what is below is dropped at once, and the peer of a server sees the status.
#[tokio::test]
async fn a_refused_reply_ends_the_call() {
    for (kind, side) in everywhere() {
        for code in CODES {
            let watch = Watch::default();
            let below = {
                let (watch, steps) = (watch.clone(), answering(kind));
                service(move |_| {
                    let steps = steps.clone().into_iter().chain([Step::Panic]);
                    std::future::ready(Ok(respond(watched(steps, &watch))))
                })
            };
            let refuse = Refuse::reply(last(replies(kind)), code);
            let outcome = call(&around(side, refuse, below), kind, requests(kind)).await;
            let context = format!("{kind} {side} {code:?}");
            let told = (outcome.code(), outcome.text());
            assert_eq!(told, (code, "refused"), "{context}");
            let before = &replies(kind)[..replies(kind).len() - 1];
            assert_eq!(outcome.texts(), before, "{context}");
            let status = outcome.status.as_ref().unwrap();
            assert_eq!(status.metadata().get("x-why").unwrap(), "no", "{context}");
            assert!(watch.is_dropped(), "{context}");
        }
    }
}

/// Looks at a request, or keeps it for another attempt.
#[derive(Debug, Clone)]
enum Touch {
    Not,
    Inspect,
    Replay,
}

impl Touch {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        match self {
            Self::Not => {}
            Self::Inspect => call.payload_mut().inspect(|_| {})?,
            Self::Replay => call = call.into_replay(1 << 16).attempt().unwrap(),
        }
        next.run(call).await
    }
}

one_body!([] Touch);

/// A request that breaks is reset for the reason that it breaks for, whoever looked at it; and the caller is told the same.
#[tokio::test]
async fn a_request_that_breaks_is_reset_for_its_reason() {
    for kind in CallKind::ALL {
        for reason in [
            Reason::CANCEL,
            Reason::ENHANCE_YOUR_CALM,
            Reason::INTERNAL_ERROR,
        ] {
            let mut seen = Vec::new();
            for touch in [Touch::Not, Touch::Inspect, Touch::Replay] {
                let arrived: Log<Read> = Log::new();
                let below = replying(&arrived, &[]);
                let channel = Transport::Duplex.connect(below).await;
                let broken = Status::from_error(Box::new(h2::Error::from(reason)));
                let request = Request::post(format!("http://peer.test{}", path(kind)))
                    .version(http::Version::HTTP_2)
                    .body(body([data("a"), Step::Fail(broken)]));
                let service = around(Side::Client, touch, channel);
                let outcome = service.oneshot(request.unwrap()).await;
                assert!(outcome.is_err(), "{kind} {reason:?}");
                while arrived.len() == 0 {
                    tokio::task::yield_now().await;
                }
                seen.push(arrived.take().pop().unwrap().broken.unwrap());
            }
            assert!(
                seen.iter().all(|it| *it == seen[0]),
                "{kind} {reason:?}: {seen:?}"
            );
        }
    }
}
