//! Observers made of observers: two at once, and a shared one.

use std::sync::Arc;

use tonic::metadata::MetadataMap;

use super::{End, Observer, Passing, Start, Wants, guard::guarded};
use crate::{ConfigError, Methods, Side};

/// What one of two observers keeps of a call, and what it wants of it.
#[derive(Debug)]
pub struct Part<C> {
    call: C,
    requests: Wants,
    responses: Wants,
}

/// Both see each call, as if each were there alone: a panic of one is nothing to the other. For more than two, nest them.
impl<A: Observer, B: Observer> Observer for (A, B) {
    /// The state of one whose `start` panicked is not there.
    type Call = (Option<Part<A::Call>>, Option<Part<B::Call>>);

    fn start(&self, start: &mut Start<'_>) -> Self::Call {
        let first = guarded(|| Part::start(&self.0, start));
        (first, guarded(|| Part::start(&self.1, start)))
    }

    fn wants_requests(&self, (first, second): &Self::Call) -> Wants {
        let first = first.as_ref().map(|part| part.requests);
        let second = second.as_ref().map(|part| part.requests);
        first.max(second).unwrap_or_default()
    }

    fn wants_responses(&self, (first, second): &Self::Call) -> Wants {
        let first = first.as_ref().map(|part| part.responses);
        let second = second.as_ref().map(|part| part.responses);
        first.max(second).unwrap_or_default()
    }

    fn request_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        request_message(&self.0, &mut call.0, message);
        request_message(&self.1, &mut call.1, message);
    }

    fn response_headers(&self, call: &mut Self::Call, headers: &MetadataMap) {
        response_headers(&self.0, &mut call.0, headers);
        response_headers(&self.1, &mut call.1, headers);
    }

    fn response_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        response_message(&self.0, &mut call.0, message);
        response_message(&self.1, &mut call.1, message);
    }

    fn end(&self, (first, second): Self::Call, status: &End<'_>) {
        end(&self.0, first, status);
        end(&self.1, second, status);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.0.check(methods, side)?;
        self.1.check(methods, side)
    }
}

/// The observer is shared with who keeps the other `Arc`.
impl<O: Observer> Observer for Arc<O> {
    type Call = O::Call;

    fn start(&self, start: &mut Start<'_>) -> Self::Call {
        (**self).start(start)
    }

    fn wants_requests(&self, call: &Self::Call) -> Wants {
        (**self).wants_requests(call)
    }

    fn wants_responses(&self, call: &Self::Call) -> Wants {
        (**self).wants_responses(call)
    }

    fn request_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        (**self).request_message(call, message);
    }

    fn response_headers(&self, call: &mut Self::Call, headers: &MetadataMap) {
        (**self).response_headers(call, headers);
    }

    fn response_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        (**self).response_message(call, message);
    }

    fn end(&self, call: Self::Call, end: &End<'_>) {
        (**self).end(call, end);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        (**self).check(methods, side)
    }
}

// === impl Part ===

impl<C> Part<C> {
    fn start<O: Observer<Call = C>>(observer: &O, start: &mut Start<'_>) -> Self {
        let call = observer.start(start);
        let ask = |question: fn(&O, &C) -> Wants| guarded(|| question(observer, &call));
        let requests = ask(O::wants_requests).unwrap_or_default();
        let responses = ask(O::wants_responses).unwrap_or_default();
        Self {
            call,
            requests,
            responses,
        }
    }
}

fn request_message<O: Observer>(
    observer: &O,
    part: &mut Option<Part<O::Call>>,
    message: &Passing<'_>,
) {
    if let Some(part) = part
        && part.requests != Wants::Nothing
    {
        let message = message.for_who(part.requests);
        guarded(|| observer.request_message(&mut part.call, &message));
    }
}

fn response_headers<O: Observer>(
    observer: &O,
    part: &mut Option<Part<O::Call>>,
    headers: &MetadataMap,
) {
    if let Some(part) = part {
        guarded(|| observer.response_headers(&mut part.call, headers));
    }
}

fn response_message<O: Observer>(
    observer: &O,
    part: &mut Option<Part<O::Call>>,
    message: &Passing<'_>,
) {
    if let Some(part) = part
        && part.responses != Wants::Nothing
    {
        let message = message.for_who(part.responses);
        guarded(|| observer.response_message(&mut part.call, &message));
    }
}

fn end<O: Observer>(observer: &O, part: Option<Part<O::Call>>, end: &End<'_>) {
    if let Some(part) = part {
        guarded(|| observer.end(part.call, end));
    }
}
