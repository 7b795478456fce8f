//! What believes a peer's bytes.

use std::task::Poll;

use interceptor_core::Side;
use tonic::Status;

use super::{
    Mutant, Subject,
    body::{Polled, mapped, requests, responses},
};
use crate::support::{Svc, around};

/// Takes a frame of data for a message, with all of its prefix and all that the prefix says.
fn parsed(polled: Polled) -> Polled {
    if let Poll::Ready(Some(Ok(frame))) = &polled
        && let Some(data) = frame.data_ref()
    {
        let length = u32::from_be_bytes([data[1], data[2], data[3], data[4]]) as usize;
        drop(data.slice(5..5 + length));
    }
    polled
}

/// On what comes in: requests on a server, responses on a client.
pub(crate) fn panics_on_bad_bytes() -> Mutant {
    fn of_server(below: Svc) -> Svc {
        requests(below, |request| async {
            request.map(|it| mapped(it, parsed))
        })
    }
    fn of_client(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|it| mapped(it, parsed))
        })
    }
    let subject = Subject::new("panics_on_bad_bytes", |side, chain, below| match side {
        Side::Client => around(side, chain, of_client(below)),
        Side::Server => around(side, chain, of_server(below)),
    });
    Mutant {
        subject,
        law: "6",
        says: "it panicked: ",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is what the mutant does wrong"
)]
fn read_by_tonic(trailers: &http::HeaderMap) {
    drop(Status::from_header_map(trailers));
}

/// tonic's own reader panics at details that are not base64.
pub(crate) fn reads_statuses_with_tonic() -> Mutant {
    fn read(polled: Polled) -> Polled {
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(trailers) = frame.trailers_ref()
        {
            read_by_tonic(trailers);
        }
        polled
    }
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|it| mapped(it, read))
        })
    }
    Mutant {
        subject: Subject::below("reads_statuses_with_tonic", broken),
        law: "6",
        says: "it panicked: ",
        breaks: |_, side| side == Side::Client,
        pitfalls: &[],
    }
}
