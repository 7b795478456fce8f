//! Puts a watched body in the place of a call's request or response, and looks at what is in hand.

use std::{mem, sync::Arc};

use http_body_util::combinators::UnsyncBoxBody;
use tonic::body::Body;

use super::{
    Passing,
    reader::Reader,
    watched::{Known, Tap, Watched},
};
use crate::{
    Side,
    payload::{Content, OutgoingBody, StatusIs},
};

/// Nothing is asked of it.
const OF_A_REQUEST: Known = Known {
    status_in_headers: true,
    from_peer: false,
    breaks_raw: false,
};

/// Has `tap` see the messages of a request.
pub(super) fn watch_request(content: &mut Content, tap: impl Tap, reader: Reader) {
    if !content.has_hooks()
        && let Some((_, body)) = content.reading()
    {
        let untouched = mem::take(body);
        *body = boxed(Watched::new(untouched, tap, Some(reader), OF_A_REQUEST));
        return;
    }
    // What was done to it is done first. It may end the request with a status, which passes on as an error of the body.
    let done = mem::replace(content, Content::empty());
    let done = OutgoingBody::request(done, Arc::default());
    let body = Watched::new(done, tap, Some(reader), OF_A_REQUEST);
    *content = Content::fallible(boxed(body));
}

/// Has `tap` see the end of a response and, through `reader`, its messages.
pub(super) fn watch_response(
    content: &mut Content,
    side: Side,
    tap: impl Tap,
    reader: Option<Reader>,
    status_in_headers: bool,
) {
    let from_peer = side == Side::Client;
    let known = |breaks_raw| Known {
        status_in_headers,
        from_peer,
        breaks_raw,
    };
    let status = StatusIs::in_headers(status_in_headers);
    *content = match mem::replace(content, Content::empty()).untouched() {
        Ok(body) => {
            let body = Watched::new(body, tap, reader, known(from_peer));
            Content::response(boxed(body), status, side)
        }
        Err(done) => {
            let done = OutgoingBody::response(done, None, side);
            let body = Watched::new(done, tap, reader, known(false));
            Content::response(boxed(body), status, side).that_may_fail()
        }
    };
}

/// Shows the messages of a response that is in hand.
pub(super) fn show_in_hand(
    content: &mut Content,
    mut reader: Reader,
    mut show: impl FnMut(&Passing<'_>),
) {
    if let Some(frames) = content.settled_chunks() {
        frames.for_each(|frame| reader.read(frame, &mut show));
    } else if let Some(Ok(message)) = content.message_in_hand() {
        reader.read_message(&message, show);
    }
}

/// In the box that tonic's body has: it puts a layer around anything else.
fn boxed<B, W: Tap>(watched: Watched<B, W>) -> Body
where
    Watched<B, W>: http_body::Body<Data = bytes::Bytes, Error = tonic::Status> + Send + 'static,
    B: http_body::Body,
{
    Body::new(UnsyncBoxBody::new(watched))
}
