//! What our side sees of each call: that it begins, that it ends, once, and whether its messages were compressed.

use grpc_interceptor::{End, Observe, Observer, Origin, Passing, Start, Wants, tonic::Code};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::within;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A call began: the case that it is for.
    Start(String),
    End(Ended),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) case: String,
    pub(crate) code: Code,
    /// Of the status, if there is one.
    pub(crate) origin: Option<Origin>,
    /// Whether a request message, and whether a response message was compressed.
    pub(crate) compressed: (bool, bool),
}

/// Looks into every message.
#[derive(Debug, Clone)]
pub(crate) struct Watch(UnboundedSender<Seen>);

/// What it saw.
pub(crate) struct Sees(UnboundedReceiver<Seen>);

pub(crate) fn watch() -> (Observe<Watch>, Sees) {
    let (sender, receiver) = unbounded_channel();
    (Observe::new(Watch(sender)), Sees(receiver))
}

impl Observer for Watch {
    type Call = (String, (bool, bool));

    fn start(&self, start: &mut Start<'_>) -> Self::Call {
        let case = start.metadata().get("x-case");
        let case = case.map_or("", |case| case.to_str().unwrap());
        let _nobody_looks = self.0.send(Seen::Start(case.to_owned()));
        (case.to_owned(), (false, false))
    }

    fn wants_requests(&self, _: &Self::Call) -> Wants {
        Wants::Messages
    }

    fn wants_responses(&self, _: &Self::Call) -> Wants {
        Wants::Messages
    }

    fn request_message(&self, (_, compressed): &mut Self::Call, message: &Passing<'_>) {
        compressed.0 |= is_compressed(message);
    }

    fn response_message(&self, (_, compressed): &mut Self::Call, message: &Passing<'_>) {
        compressed.1 |= is_compressed(message);
    }

    fn end(&self, (case, compressed): Self::Call, end: &End<'_>) {
        let _nobody_looks = self.0.send(Seen::End(Ended {
            case,
            code: end.code(),
            origin: end.status().map(Origin::of),
            compressed,
        }));
    }
}

fn is_compressed(message: &Passing<'_>) -> bool {
    let whole = message.message().unwrap().bytes().unwrap();
    assert!(message.is_compressed() || whole.len() + 5 == message.wire_len());
    message.is_compressed()
}

// === impl Sees ===

impl Sees {
    /// The start of the next call.
    pub(crate) async fn start(&mut self) -> String {
        loop {
            if let Seen::Start(case) = within(self.0.recv()).await.unwrap() {
                return case;
            }
        }
    }

    /// The next end.
    pub(crate) async fn end(&mut self) -> Ended {
        loop {
            if let Seen::End(end) = within(self.0.recv()).await.unwrap() {
                return end;
            }
        }
    }

    /// So many ends, of whichever calls.
    pub(crate) async fn ends(&mut self, count: usize) -> Vec<Ended> {
        let mut ends = Vec::new();
        for _ in 0..count {
            ends.push(self.end().await);
        }
        ends
    }

    /// That there is nothing more, when all who could tell are gone.
    pub(crate) async fn no_more(mut self) {
        assert_eq!(within(self.0.recv()).await, None);
    }

    /// That no other call has begun, when all who could tell are gone.
    pub(crate) async fn no_start(mut self) {
        while let Some(seen) = within(self.0.recv()).await {
            assert!(!matches!(seen, Seen::Start(_)), "{seen:?}");
        }
    }
}
