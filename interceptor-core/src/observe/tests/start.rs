//! What is seen of a call when it starts.

use std::{
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tonic::{Code, Status, transport::server::TcpConnectInfo};

use super::*;
use crate::{Call, CallType, Interceptor, Next, Reply, interceptor::forward};

/// Writes down what a call is when it starts.
#[derive(Default)]
struct Look(Mutex<Vec<String>>);

impl Observer for Look {
    type Call = ();

    fn start(&self, start: &mut Start<'_>) {
        let left = start
            .deadline()
            .map(|deadline| deadline - crate::call::now());
        let line = format!(
            "{start:?} {left:?} {:?} {:?} {:?}",
            start.metadata().get("x-caller"),
            start.extensions().get::<u32>(),
            start.peer(),
        );
        self.0.lock().unwrap().push(line);
    }

    fn end(&self, (): (), _: &End<'_>) {}
}

/// Sends each request twice.
struct Twice;

impl Twice {
    async fn twice<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(1 << 16);
        for _ in 0..2 {
            let attempt = replay.attempt().expect("it is small");
            next.clone().run(attempt).await?;
        }
        Err(Status::aborted("twice was enough"))
    }
}

impl Interceptor for Twice {
    forward!(|self, call, next| self.twice(call, next));
}

#[tokio::test(start_paused = true)]
async fn a_start_shows_the_call() {
    let remote_addr: SocketAddr = "192.0.2.1:50051".parse().unwrap();
    for case in cases() {
        let look = Arc::new(Look::default());
        let channel = case.channel(Observe::from(Arc::clone(&look)), Peer::new(Then::Hang));
        let mut request = case.request();
        let headers = request.headers_mut();
        headers.insert("grpc-timeout", "5S".parse().unwrap());
        headers.insert("x-caller", "tests".parse().unwrap());
        request.extensions_mut().insert(7_u32);
        request.extensions_mut().insert(TcpConnectInfo {
            local_addr: None,
            remote_addr: Some(remote_addr),
        });
        let call = send(channel, request, Caller::ReadsAll);
        let _ = tokio::time::timeout(Duration::ZERO, call).await;
        let (kind, side, path) = (case.kind, case.side, case.path());
        let expected = format!(
            "Start {{ method: Method {{ path: {path:?}, kind: {kind:?}, is_known: true, .. }}, kind: {kind:?}, \
             side: {side:?}, attempt: 0, .. }} Some(5s) Some(\"tests\") Some(7) Some(192.0.2.1:50051)"
        );
        assert_eq!(*look.0.lock().unwrap(), [expected], "{case:?}");
    }
}

#[tokio::test]
async fn each_attempt_starts_and_ends_and_sends_all_messages() {
    for case in cases() {
        for wants in [Wants::Nothing, Wants::Lengths, Wants::Messages] {
            let [outside, inside] = [(); 2].map(|()| Arc::new(Recorder::wanting(wants)));
            let look = Arc::new(Look::default());
            let chain = (
                Observe::from(Arc::clone(&outside)),
                Twice,
                Observe::new((Arc::clone(&inside), Arc::clone(&look))),
            );
            let peer = Peer {
                replies: case.replies(),
                ..Peer::new(Then::Trailers(Code::Ok))
            };
            run(case, chain, peer, Caller::ReadsAll).await;
            let told = case.events(wants, case.requests(), false, 0, Code::Aborted);
            assert_eq!(outside.events(), told, "{case:?} {wants:?}");
            assert_eq!((inside.count("start"), inside.count("end")), (2, 2));
            let requests = if wants == Wants::Nothing {
                0
            } else {
                2 * case.requests()
            };
            assert_eq!(inside.count(">"), requests, "{case:?} {wants:?}");
            let attempts = look.0.lock().unwrap();
            assert!(attempts[0].contains("attempt: 0") && attempts[1].contains("attempt: 1"));
        }
    }
}

/// Counts request messages by a closure of its own, and panics there if it is told to.
#[derive(Default)]
struct Closures {
    messages: Arc<AtomicUsize>,
    bytes: Arc<AtomicUsize>,
    panics: bool,
}

impl Observer for Closures {
    type Call = ();

    fn start(&self, start: &mut Start<'_>) {
        let (messages, bytes) = (Arc::clone(&self.messages), Arc::clone(&self.bytes));
        let panics = self.panics;
        start.on_request_message(move |message| {
            messages.fetch_add(1, Ordering::SeqCst);
            bytes.fetch_add(message.wire_len(), Ordering::SeqCst);
            assert!(!panics, "as asked");
        });
    }

    fn end(&self, (): (), _: &End<'_>) {}
}

#[tokio::test]
async fn a_closure_sees_request_messages_and_its_panics_change_nothing() {
    for case in cases() {
        let peer = || Peer {
            replies: case.replies(),
            ..Peer::new(Then::Trailers(Code::Ok))
        };
        let bare = run(case, crate::Identity, peer(), Caller::ReadsAll).await;
        for panics in [false, true] {
            let closures = Arc::new(Closures {
                panics,
                ..Closures::default()
            });
            let recorder = Arc::new(Recorder::wanting(Wants::Lengths));
            let pair = (Arc::clone(&closures), Arc::clone(&recorder));
            let seen = run(case, Observe::new(pair), peer(), Caller::ReadsAll).await;
            assert_eq!(seen, bare, "{case:?}");
            let requests = case.requests();
            assert_eq!(closures.messages.load(Ordering::SeqCst), requests);
            assert_eq!(closures.bytes.load(Ordering::SeqCst), 16 * requests);
            assert_eq!(recorder.count(">"), requests);
        }
    }
}
