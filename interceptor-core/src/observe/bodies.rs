//! Puts a watched body in the place of a call's request or response, and looks at what is in hand.

use std::{mem, sync::Arc};

use http_body_util::combinators::UnsyncBoxBody;
use tonic::body::Body;

use super::{
    Passing, Wants,
    ending::Known,
    reader::{Reader, Reads},
    watched::{Tap, Watched},
};
use crate::{
    Side,
    exchange::fill,
    message::Walk,
    payload::{Chunks, Content, OutgoingBody, StatusIs},
};

/// Has `tap` see the messages of a request.
#[inline]
pub(super) fn watch_request(content: &mut Content, tap: impl Tap, reader: impl Reads) {
    if !content.has_hooks()
        && let Some((_, body)) = content.reading()
    {
        let untouched = mem::take(body);
        fill(body, boxed(Watched::new(untouched, tap, reader)));
        return;
    }
    // What was done to it is done first. It may end the request with a status, which passes on as an error of the body.
    let done = mem::replace(content, Content::empty());
    let done = OutgoingBody::request(done, Arc::default());
    *content = Content::fallible(boxed(Watched::new(done, tap, reader)));
}

/// Has a tap see the end of a response and, through `reader`, its messages.
pub(super) fn watch_response<W: Tap>(
    content: &mut Content,
    side: Side,
    tap: impl FnOnce(Known) -> W,
    reader: impl Reads,
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
            let body = Watched::new(body, tap(known(from_peer)), reader);
            Content::response(boxed(body), status, side)
        }
        Err(done) => {
            let done = OutgoingBody::response(done, None, side);
            let body = Watched::new(done, tap(known(false)), reader);
            Content::response(boxed(body), status, side).that_may_fail()
        }
    };
}

/// Shows the messages of a response that is in hand; `reader` is asked for where one look does not do.
#[inline]
pub(super) fn show_in_hand(
    content: &mut Content,
    wants: Wants,
    reader: impl FnOnce() -> Reader,
    mut show: impl FnMut(Passing<'_>),
) {
    if wants == Wants::Nothing {
        return;
    }
    if wants == Wants::Lengths
        && let Some(Chunks::One(chunk)) = content.settled_chunks()
        && let Some(extent) = Walk::default().whole(chunk)
    {
        return show(Passing::new(extent, None));
    }
    show_all(content, reader(), &mut |message| show(*message));
}

#[inline(never)]
fn show_all(content: &mut Content, mut reader: Reader, show: &mut dyn FnMut(&Passing<'_>)) {
    if let Some(frames) = content.settled_chunks() {
        frames.for_each(|frame| reader.read(frame, show));
    } else if let Some(Ok(message)) = content.message_in_hand() {
        reader.read_message(&message, show);
    }
}

/// In the box that tonic's body has: it puts a layer around anything else.
#[inline]
fn boxed<B, W: Tap, R: Reads>(watched: Watched<B, W, R>) -> Body
where
    Watched<B, W, R>: http_body::Body<Data = bytes::Bytes, Error = tonic::Status> + Send + 'static,
    B: http_body::Body,
{
    Body::new(UnsyncBoxBody::new(watched))
}
