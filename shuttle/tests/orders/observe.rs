//! The state of an observed call: the request passes in one thread, the response and the end in another.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

use shuttle_tests::{End, Observe, Observer, Passing, Start, Wants};

use super::*;

#[derive(Debug, Default)]
struct Told {
    ends: AtomicUsize,
    ended: AtomicBool,
    requests: AtomicUsize,
}

/// Is told of the messages of both ways, one at a time, and of nothing behind the end.
struct Watcher(Arc<Told>);

impl Observer for Watcher {
    type Call = bool;

    fn start(&self, _: &mut Start<'_>) -> bool {
        false
    }

    fn wants_requests(&self, _: &bool) -> Wants {
        Wants::Messages
    }

    fn wants_responses(&self, _: &bool) -> Wants {
        Wants::Lengths
    }

    fn request_message(&self, busy: &mut bool, _: &Passing<'_>) {
        assert!(!std::mem::replace(busy, true), "two callbacks at once");
        assert!(!self.0.ended.load(SeqCst), "behind the end");
        self.0.requests.fetch_add(1, SeqCst);
        thread::yield_now();
        *busy = false;
    }

    fn response_message(&self, busy: &mut bool, _: &Passing<'_>) {
        assert!(!std::mem::replace(busy, true), "two callbacks at once");
        thread::yield_now();
        *busy = false;
    }

    fn end(&self, busy: bool, _: &End<'_>) {
        assert!(!busy);
        self.0.ended.store(true, SeqCst);
        self.0.ends.fetch_add(1, SeqCst);
    }
}

/// The response comes while the request is still read, and is read to its end or dropped.
fn observed(drops: bool) {
    let told = Arc::new(Told::default());
    let readers = Arc::new(shuttle::sync::Mutex::new(Vec::new()));
    let service = {
        let readers = readers.clone();
        tower::service_fn(move |request: Request<Body>| {
            readers.lock().unwrap().push(read(request.into_body()));
            std::future::ready(Ok::<_, BoxError>(fine()))
        })
    };
    let observe = Observe::new(Watcher(told.clone()));
    if drops {
        let layer = ClientLayer::new(observe, &Methods::unknown()).unwrap();
        let request = Request::post("/a.B/C").body(live::live()).unwrap();
        drop(block_on(layer.layer(service).oneshot(request)).unwrap());
    } else {
        assert_eq!(call(observe, service, live::live()), Ok(()));
    }
    assert_eq!(told.ends.load(SeqCst), 1);
    let reader = readers.lock().unwrap().pop().unwrap();
    assert_eq!(
        reader.join().unwrap(),
        Ok(live::all()),
        "the request passes all the same"
    );
    assert_eq!(told.ends.load(SeqCst), 1);
    assert!(told.requests.load(SeqCst) <= live::MESSAGES);
}

#[test]
fn one_end_and_nothing_behind_it() {
    check(|| observed(false));
}

#[test]
fn one_end_of_a_call_that_is_dropped() {
    check(|| observed(true));
}
