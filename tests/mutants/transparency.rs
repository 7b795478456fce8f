//! What changes what a peer can see.

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Frame, SizeHint};
use interceptor_core::{Call, CallType, Message, Next, Reply, Side};
use testproto::echo::EchoReply;
use tonic::{Code, Status, body::Body};

use super::{
    Mutant, Subject,
    body::{Mapped, Polled, mapped, requests, responses},
};
use crate::support::{Svc, body::Read, chain::one_body, service};

/// A body that was collected into its bytes has no trailers any more.
pub(crate) fn drops_trailers() -> Mutant {
    fn without(polled: Polled) -> Polled {
        polled.map(|frame| frame.filter(|it| !matches!(it, Ok(frame) if frame.is_trailers())))
    }
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|it| mapped(it, without))
        })
    }
    Mutant {
        subject: Subject::above("drops_trailers", broken),
        law: "1",
        says: "instead of",
        breaks: |_, _| true,
        pitfalls: &[1, 31],
    }
}

/// A body that says how long its data is has a content-length, and no room for trailers.
pub(crate) fn lies_in_size_hint() -> Mutant {
    async fn exact(response: Response<Body>) -> Response<Body> {
        let (parts, body) = response.into_parts();
        let Read {
            chunks, trailers, ..
        } = Read::to_end(body).await;
        let data = chunks.into_iter().map(Frame::data);
        let frames = data
            .chain(trailers.map(Frame::trailers))
            .map(Ok::<_, Status>);
        let inner = Body::new(http_body_util::StreamBody::new(futures_util::stream::iter(
            frames,
        )));
        let body = Mapped {
            inner,
            frames: |polled| polled,
            hint: |_| SizeHint::with_exact(7),
            is_at_end: |_| false,
            is_broken: false,
        };
        Response::from_parts(parts, Body::new(body))
    }
    fn broken(below: Svc) -> Svc {
        responses(below, exact)
    }
    Mutant {
        subject: Subject::new("lies_in_size_hint", |side, chain, below| {
            let layered = crate::support::around(side, chain, below);
            if side == Side::Server {
                broken(layered)
            } else {
                layered
            }
        }),
        law: "1",
        says: "instead of",
        breaks: |_, side| side == Side::Server,
        pitfalls: &[3],
    }
}

/// Decoded and encoded again, a message has lost what its type does not know, and its compression.
#[derive(Debug, Clone)]
struct ReEncodes;

impl ReEncodes {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut reply = next.run(call).await?;
        let again = |message: Message| {
            if message.is_compressed() {
                return Ok(message);
            }
            Ok(Message::encode(&message.decode::<EchoReply>()?))
        };
        reply.payload_mut().try_map(again)?;
        Ok(reply)
    }
}

one_body!([] ReEncodes);

pub(crate) fn re_encodes() -> Mutant {
    Mutant {
        subject: Subject::inside("re_encodes", ReEncodes),
        law: "1",
        says: "a field that nobody knows",
        breaks: |_, _| true,
        pitfalls: &[28],
    }
}

/// A request that is put together anew has lost what it must have.
pub(crate) fn strips_reserved_headers() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |mut request| async {
            request.headers_mut().remove("te");
            request
        })
    }
    Mutant {
        subject: Subject::below("strips_reserved_headers", broken),
        law: "1",
        says: "te: ",
        breaks: |_, _| true,
        pitfalls: &[6],
    }
}

/// One header for each name.
pub(crate) fn loses_repeated_headers() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |mut request| async {
            let headers = request.headers_mut();
            let mut single = HeaderMap::new();
            for (name, value) in headers.iter() {
                single.insert(name.clone(), value.clone());
            }
            *headers = single;
            request
        })
    }
    Mutant {
        subject: Subject::below("loses_repeated_headers", broken),
        law: "1",
        says: "x-ask",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

/// All headers of the call that came in are added to the one that goes out.
pub(crate) fn repeats_reserved_headers() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |mut request| async {
            let headers = request.headers_mut();
            let incoming = headers.clone();
            headers.extend(
                incoming
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
            request
        })
    }
    Mutant {
        subject: Subject::below("repeats_reserved_headers", broken),
        law: "1",
        says: "content-type",
        breaks: |_, _| true,
        pitfalls: &[38],
    }
}

/// A status made anew has its code and its text, and no details, metadata or source.
#[derive(Debug, Clone)]
struct MakesStatusesAnew;

impl MakesStatusesAnew {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let result = next.run(call).await;
        result.map_err(|status| Status::new(status.code(), status.message()))
    }
}

one_body!([] MakesStatusesAnew);

pub(crate) fn makes_statuses_anew() -> Mutant {
    Mutant {
        subject: Subject::inside("makes_statuses_anew", MakesStatusesAnew),
        law: "1",
        says: "instead of",
        breaks: |_, _| true,
        pitfalls: &[31],
    }
}

/// What it did not make itself is an internal error.
#[derive(Debug, Clone)]
struct WrapsStatuses;

impl WrapsStatuses {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let result = next.run(call).await;
        result.map_err(|status| Status::internal(format!("the call failed: {status}")))
    }
}

one_body!([] WrapsStatuses);

pub(crate) fn wraps_statuses() -> Mutant {
    Mutant {
        subject: Subject::inside("wraps_statuses", WrapsStatuses),
        law: "1",
        says: "instead of",
        breaks: |_, _| true,
        pitfalls: &[33],
    }
}

/// What was too long for a reader is a failure of its own.
#[derive(Debug, Clone)]
struct MakesLimitsInternal;

impl MakesLimitsInternal {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let result = next.run(call).await;
        result.map_err(|status| match status.code() {
            Code::OutOfRange => Status::internal(status.message()),
            _ => status,
        })
    }
}

one_body!([] MakesLimitsInternal);

pub(crate) fn makes_limits_internal() -> Mutant {
    Mutant {
        subject: Subject::inside("makes_limits_internal", MakesLimitsInternal),
        law: "P27",
        says: "comes to Internal",
        breaks: |_, _| true,
        pitfalls: &[27],
    }
}

/// Reads the status in the headers, and takes no status there for OK.
pub(crate) fn reads_the_status_in_headers_alone() -> Mutant {
    fn broken(below: Svc) -> Svc {
        responses(below, |mut response| async {
            let headers = response.headers_mut();
            headers.entry("grpc-status").or_insert_with(|| 0.into());
            response
        })
    }
    Mutant {
        subject: Subject::above("reads_the_status_in_headers_alone", broken),
        law: "1",
        says: "instead of",
        breaks: |_, _| true,
        pitfalls: &[2],
    }
}

/// An answer without messages becomes headers and an empty body behind them.
pub(crate) fn puts_data_behind_an_error() -> Mutant {
    fn broken(below: Svc) -> Svc {
        responses(below, |mut response| async {
            if response.headers().contains_key("grpc-status") {
                let empty = [Ok::<_, Status>(Frame::data(Bytes::new()))];
                let frames = futures_util::stream::iter(empty);
                *response.body_mut() = Body::new(http_body_util::StreamBody::new(frames));
            }
            response
        })
    }
    Mutant {
        subject: Subject::above("puts_data_behind_an_error", broken),
        law: "P4",
        says: "one frame",
        breaks: |_, side| side == Side::Server,
        pitfalls: &[4],
    }
}

/// A rejection that is a plain HTTP error.
pub(crate) fn rejects_by_http() -> Mutant {
    fn broken(below: Svc) -> Svc {
        service(move |request| {
            let below = below.clone();
            async move {
                let mut response = tower::ServiceExt::oneshot(below, request).await?;
                let headers = response.headers_mut();
                if headers.get("grpc-status").is_some_and(|code| code != "0") {
                    headers.remove("content-type");
                }
                Ok(response)
            }
        })
    }
    Mutant {
        subject: Subject::above("rejects_by_http", broken),
        law: "1",
        says: "content-type",
        breaks: |_, side| side == Side::Server,
        pitfalls: &[5],
    }
}
