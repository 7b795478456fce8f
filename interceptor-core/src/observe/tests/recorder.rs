use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

use tonic::metadata::MetadataMap;

use crate::{End, Message, Observer, Passing, Start, Wants};

/// Writes down what it sees, and panics where it is told to.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub(super) wants: Wants,
    pub(super) panics_at: Option<&'static str>,
    pub(super) in_flight: AtomicI64,
    events: Mutex<Vec<String>>,
}

/// What it keeps of a call: how many messages went each way.
#[derive(Debug, Default)]
pub(super) struct Counts {
    requests: usize,
    responses: usize,
}

// === impl Recorder ===

impl Recorder {
    pub(super) fn wanting(wants: Wants) -> Self {
        Self {
            wants,
            ..Self::default()
        }
    }

    pub(super) fn panicking_at(callback: &'static str) -> Self {
        Self {
            panics_at: Some(callback),
            ..Self::wanting(Wants::Messages)
        }
    }

    pub(super) fn in_flight(&self) -> i64 {
        self.in_flight.load(Ordering::SeqCst)
    }

    pub(super) fn events(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }

    /// How many events begin so.
    pub(super) fn count(&self, beginning: &str) -> usize {
        let is_one = |event: &&String| event.starts_with(beginning);
        self.events().iter().filter(is_one).count()
    }

    fn note(&self, callback: &'static str, event: String) {
        self.events.lock().unwrap().push(event);
        self.may_panic(callback);
    }

    fn may_panic(&self, callback: &'static str) {
        assert_ne!(self.panics_at, Some(callback), "as asked");
    }
}

impl Observer for Recorder {
    type Call = Counts;

    fn start(&self, start: &mut Start<'_>) -> Counts {
        self.note("start", format!("start {}", start.method()));
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        Counts::default()
    }

    fn wants_requests(&self, _: &Counts) -> Wants {
        self.may_panic("wants_requests");
        self.wants
    }

    fn wants_responses(&self, _: &Counts) -> Wants {
        self.may_panic("wants_responses");
        self.wants
    }

    fn request_message(&self, counts: &mut Counts, message: &Passing<'_>) {
        counts.requests += 1;
        self.note("request_message", format!("> {}", shown(message)));
    }

    fn response_headers(&self, _: &mut Counts, headers: &MetadataMap) {
        let header = headers
            .get("x-peer")
            .map_or("made", |value| value.to_str().unwrap());
        self.note("response_headers", format!("headers {header}"));
    }

    fn response_message(&self, counts: &mut Counts, message: &Passing<'_>) {
        counts.responses += 1;
        self.note("response_message", format!("< {}", shown(message)));
    }

    fn end(&self, counts: Counts, end: &End<'_>) {
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        let Counts {
            requests,
            responses,
        } = counts;
        self.note(
            "end",
            format!("end {:?} {requests} {responses}", end.code()),
        );
    }
}

/// The message's text, or its length if that is not shown.
fn shown(message: &Passing<'_>) -> String {
    let text = message.message().map(Message::decode::<String>);
    match text {
        Some(Ok(text)) => text,
        Some(Err(status)) => status.message().to_owned(),
        None => message.wire_len().to_string(),
    }
}
