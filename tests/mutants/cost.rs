//! What costs something for each frame, although nobody looks.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::Frame;
use interceptor_core::{Call, CallType, Next, Reply};
use tonic::{Status, body::Body};

use super::{
    Mutant, Subject,
    body::{Polled, mapped, requests, responses},
};
use crate::support::{Svc, chain::one_body};

fn frames(polled: Polled, map: fn(Bytes) -> Bytes) -> Polled {
    polled.map_ok_frames(map)
}

trait MapFrames {
    fn map_ok_frames(self, map: fn(Bytes) -> Bytes) -> Self;
}

impl MapFrames for Polled {
    fn map_ok_frames(self, map: fn(Bytes) -> Bytes) -> Self {
        self.map(|frame| frame.map(|frame| frame.map(|frame| frame.map_data(map))))
    }
}

pub(crate) fn copies_a_stream() -> Mutant {
    fn copied(polled: Polled) -> Polled {
        frames(polled, |data| Bytes::copy_from_slice(&data))
    }
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|it| mapped(it, copied))
        })
    }
    Mutant {
        subject: Subject::above("copies_a_stream", broken),
        law: "10",
        says: "the frames of the response are copied",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

pub(crate) fn copies_a_request() -> Mutant {
    fn copied(polled: Polled) -> Polled {
        frames(polled, |data| Bytes::copy_from_slice(&data))
    }
    fn broken(below: Svc) -> Svc {
        requests(below, |request| async {
            request.map(|it| mapped(it, copied))
        })
    }
    Mutant {
        subject: Subject::above("copies_a_request", broken),
        law: "10",
        says: "the frames of the request are copied",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

pub(crate) fn boxes_each_frame() -> Mutant {
    fn boxed(polled: Polled) -> Polled {
        let polled = std::hint::black_box(Box::new(polled));
        *polled
    }
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|it| mapped(it, boxed))
        })
    }
    Mutant {
        subject: Subject::above("boxes_each_frame", broken),
        law: "10",
        says: "the frames of the response took",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[],
    }
}

pub(crate) fn wraps_the_request() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |request| async {
            request.map(|it| mapped(it, |polled| polled))
        })
    }
    Mutant {
        subject: Subject::below("wraps_the_request", broken),
        law: "10",
        says: "the request is not the same object",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

/// Looks at messages of which it wants nothing: they are cut into frames anew.
#[derive(Debug, Clone)]
struct CutsAnew;

impl CutsAnew {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut reply = next.run(call).await?;
        reply.payload_mut().inspect(|_| {})?;
        Ok(reply)
    }
}

one_body!([] CutsAnew);

pub(crate) fn cuts_frames_anew() -> Mutant {
    Mutant {
        subject: Subject::inside("cuts_frames_anew", CutsAnew),
        law: "10",
        says: "the frames of the response are cut anew",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[],
    }
}

/// A body that is one message late.
pub(crate) struct Late {
    pub(crate) body: Body,
    pub(crate) kept: Option<Frame<Bytes>>,
}

impl http_body::Body for Late {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        loop {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(cx)).transpose()?;
            let is_first = self.kept.is_none() && frame.is_some();
            let before = std::mem::replace(&mut self.kept, frame);
            if !is_first {
                return Poll::Ready(before.map(Ok));
            }
        }
    }
}
