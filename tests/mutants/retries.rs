//! What makes a call again, wrongly.

use bytes::Buf as _;
use http::{HeaderMap, Request, Response};
use interceptor_core::{BoxInterceptor, Call, CallType, Next, Reply};
use tonic::{Code, Status, body::Body, metadata::MetadataMap};
use tower::ServiceExt as _;

use super::{Mutant, Subject};
use crate::{
    pitfalls::retries::{ATTEMPTS, retry},
    support::{
        Svc, around,
        body::{Log, Read, Step, body as scripted},
        chain::one_body,
        service,
    },
};

/// Makes a call again as long as its code is UNAVAILABLE.
#[derive(Debug, Clone)]
struct Again {
    keeps: usize,
    /// The metadata that an attempt begins with, if they are not the call's own.
    begins_with: Log<MetadataMap>,
}

impl Again {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(self.keeps);
        let mut result = Err(Status::internal("there is no first attempt"));
        for _ in 0..ATTEMPTS {
            let Some(mut attempt) = replay.restart() else {
                break;
            };
            if let Some(metadata) = self.begins_with.take().pop() {
                *attempt.metadata_mut() = metadata;
            }
            result = next.clone().run(attempt).await;
            if result.as_ref().err().map(Status::code) != Some(Code::Unavailable) {
                break;
            }
        }
        result
    }
}

one_body!([] Again);

/// Writes down what a call has for metadata.
#[derive(Debug, Clone)]
struct Remembers(Log<MetadataMap>);

impl Remembers {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        self.0.push(call.metadata().clone());
        next.run(call).await
    }
}

one_body!([] Remembers);

/// Sends a request until its response is fine, and answers with all messages that came.
fn sends_again(below: Svc, is_fine: fn(&Response<Read>) -> bool) -> Svc {
    service(move |request: Request<Body>| {
        let below = below.clone();
        async move {
            let (parts, body) = request.into_parts();
            let sent = Read::to_end(body).await.chunks;
            let (mut attempts, mut chunks) = (0, Vec::new());
            loop {
                attempts += 1;
                let body = scripted(sent.iter().cloned().map(Step::Data));
                let request = Request::from_parts(parts.clone(), body);
                let (head, body) = below.clone().oneshot(request).await?.into_parts();
                let response = Response::from_parts(head, Read::to_end(body).await);
                chunks.extend(response.body().chunks.iter().cloned().map(Step::Data));
                if attempts == ATTEMPTS || is_fine(&response) {
                    return Ok(response.map(|read| {
                        let end = read.trailers.map(Step::Trailers);
                        scripted(chunks.into_iter().chain(end))
                    }));
                }
            }
        }
    })
}

fn is_available(headers: Option<&HeaderMap>) -> bool {
    let code = headers.and_then(|headers| headers.get("grpc-status"));
    code.is_none_or(|code| code != "14")
}

/// It stands below the chain, and what stands inside of a retry runs once.
pub(crate) fn makes_attempts_below_the_chain() -> Mutant {
    let subject = Subject::new("makes_attempts_below_the_chain", |side, chain, below| {
        let below = sends_again(below, |response| is_available(Some(response.headers())));
        around(side, chain, below)
    });
    Mutant {
        subject,
        law: "P14",
        says: "what stands inside ran 1 times",
        breaks: |_, _| true,
        pitfalls: &[14],
    }
}

/// Each attempt begins with what the one before it was sent with.
pub(crate) fn goes_on_with_the_last_attempts_metadata() -> Mutant {
    let subject = Subject::new(
        "goes_on_with_the_last_attempts_metadata",
        |side, mut chain, below| {
            let begins_with = Log::new();
            let inside = Remembers(begins_with.clone());
            let keeps = 1 << 16;
            chain.insert(0, BoxInterceptor::new(Again { keeps, begins_with }));
            chain.push(BoxInterceptor::new(inside));
            around(side, chain, below)
        },
    );
    Mutant {
        subject,
        law: "P15",
        says: "[1, 2, 3] arrive",
        breaks: |_, _| true,
        pitfalls: &[15],
    }
}

/// Whatever is sent is kept, however much that is.
pub(crate) fn keeps_requests_without_bound() -> Mutant {
    let again = Again {
        keeps: usize::MAX,
        begins_with: Log::new(),
    };
    Mutant {
        subject: Subject::outside("keeps_requests_without_bound", again),
        law: "P16",
        says: "a request over its limit was sent 3 times",
        breaks: |_, _| true,
        pitfalls: &[16],
    }
}

/// Of a stream it sends the first message again, and then the end.
pub(crate) fn sends_a_part_again() -> Mutant {
    let subject = Subject::new("sends_a_part_again", |side, chain, below| {
        let sent = Log::new();
        let part = service(move |request: Request<Body>| {
            sent.push(());
            let (below, is_again) = (below.clone(), sent.len() > 1);
            async move {
                let (parts, mut body) = request.into_parts();
                if is_again {
                    body = first_message(body).await;
                }
                below.oneshot(Request::from_parts(parts, body)).await
            }
        });
        around(side, (retry(), chain), part)
    });
    Mutant {
        subject,
        law: "P16",
        says: "was sent again as [\"0\"]",
        breaks: |kind, _| kind.client_streaming(),
        pitfalls: &[16],
    }
}

async fn first_message(body: Body) -> Body {
    let mut bytes = Read::to_end(body).await.bytes();
    let length = bytes.get(1..5).map_or(0, |mut length| length.get_u32());
    scripted([Step::Data(bytes.split_to(5 + length as usize))])
}

/// What failed behind two messages is asked for again, and so are the messages.
pub(crate) fn makes_attempts_behind_messages() -> Mutant {
    fn broken(below: Svc) -> Svc {
        sends_again(below, |response| {
            is_available(response.body().trailers.as_ref())
        })
    }
    Mutant {
        subject: Subject::above("makes_attempts_behind_messages", broken),
        law: "P17",
        says: "[\"x\", \"y\", \"x\", \"y\", \"x\", \"y\"]",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[17],
    }
}
