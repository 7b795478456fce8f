//! What an observer is told, whether anything panicked, and a chain that looks or does not.

use std::sync::{
    Arc, Mutex, Once,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use interceptor_core::{
    Call, CallType, End, Next, Observe, Observer, Origin, Passing, Reply, Start, Wants,
};
use tonic::{Code, Status, metadata::MetadataMap};

use crate::support::chain::one_body;

/// How a call ended, in the eyes of an observer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ended {
    pub(crate) code: Code,
    /// Of its status, if it has one.
    pub(crate) origin: Option<Origin>,
    pub(crate) text: String,
    pub(crate) trailers: usize,
}

/// Counts the calls that start, and writes down how they end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ends(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    started: AtomicUsize,
    ended: Mutex<Vec<Ended>>,
}

impl Ends {
    pub(crate) fn observe(&self, looks: bool) -> Observe<Watcher> {
        let wants = if looks {
            Wants::Messages
        } else {
            Wants::Nothing
        };
        Observe::new(Watcher {
            ends: self.clone(),
            wants,
        })
    }

    pub(crate) fn started(&self) -> usize {
        self.0.started.load(SeqCst)
    }

    pub(crate) fn take(&self) -> Vec<Ended> {
        self.0.started.store(0, SeqCst);
        std::mem::take(&mut self.0.ended.lock().unwrap())
    }
}

#[derive(Debug)]
pub(crate) struct Watcher {
    ends: Ends,
    wants: Wants,
}

impl Observer for Watcher {
    type Call = usize;

    fn start(&self, _: &mut Start<'_>) -> usize {
        self.ends.0.started.fetch_add(1, SeqCst);
        0
    }

    fn wants_requests(&self, _: &usize) -> Wants {
        self.wants
    }

    fn wants_responses(&self, _: &usize) -> Wants {
        self.wants
    }

    fn request_message(&self, messages: &mut usize, _: &Passing<'_>) {
        *messages += 1;
    }

    fn response_message(&self, messages: &mut usize, _: &Passing<'_>) {
        *messages += 1;
    }

    fn end(&self, _: usize, end: &End<'_>) {
        let ended = Ended {
            code: end.code(),
            origin: end.status().map(Origin::of),
            text: end.status().map_or("", Status::message).to_owned(),
            trailers: end.trailers().map_or(0, MetadataMap::len),
        };
        self.ends.0.ended.lock().unwrap().push(ended);
    }
}

/// Looks at each message of both ways.
#[derive(Debug, Clone)]
pub(crate) struct Look;

impl Look {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut()
            .inspect(|message| drop(message.bytes()))?;
        let mut reply = next.run(call).await?;
        reply
            .payload_mut()
            .inspect(|message| drop(message.bytes()))?;
        Ok(reply)
    }
}

one_body!([] Look);

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// From here on panics are written down, whatever task they are in.
pub(crate) fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.lock().unwrap().push(info.to_string());
            report(info);
        }));
    });
}

/// None did panic so far.
#[track_caller]
pub(crate) fn assert_no_panic(what: &str) {
    let panics = PANICS.lock().unwrap().clone();
    assert!(panics.is_empty(), "{what}: {panics:?}");
}
