//! What is kept is bounded, and freed when nobody will read it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use bytes::Bytes;
use interceptor_core::Side;
use tonic::Code;

use super::orders::Stage;
use crate::support::{
    body::{Step, Watch, body, refuse, watched},
    everywhere,
};

const SIZE: usize = 100;

/// Frames that count how many of them there are in memory.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

struct Piece(Counted);

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &[7; SIZE]
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

impl Counted {
    fn step(&self) -> Step {
        self.0.fetch_add(1, SeqCst);
        Step::Data(Bytes::from_owner(Piece(self.clone())))
    }

    fn steps(&self, count: usize) -> Vec<Step> {
        (0..count).map(|_| self.step()).collect()
    }

    fn in_memory(&self) -> usize {
        self.0.load(SeqCst)
    }
}

#[tokio::test]
async fn the_fastest_goes_on_alone() {
    for (kind, side) in everywhere() {
        let frames = Counted::default();
        let mut stage = Stage::new(kind, side, 3 * SIZE, body(frames.steps(6)));
        let (mut fast, mut slow) = (stage.reader().await, stage.reader().await);
        for kept in 1..=3 {
            assert!(fast.poll());
            assert_eq!(stage.bytes().await, kept * SIZE, "{kind} {side}");
        }
        assert!(slow.poll(), "it is not over the limit yet");
        drop(slow.read.pop());
        let mut third = stage.reader().await;

        assert!(fast.poll());
        assert_eq!(
            stage.bytes().await,
            0,
            "{kind} {side}: nothing is kept any more"
        );
        assert!(stage.attempt().await.is_none(), "{kind} {side}");
        assert!(stage.restart().await.is_none(), "{kind} {side}");
        for laggard in [&mut slow, &mut third] {
            laggard.drain();
            let status = laggard
                .failure()
                .expect("it is cut off, and not at its end");
            assert_ne!(status.code(), Code::Ok, "{kind} {side}");
            assert_eq!(laggard.read.len(), 0, "{kind} {side}");
        }
        fast.drain();
        assert!(fast.is_whole(), "{kind} {side}");
        assert_eq!(fast.read.len(), 6, "{kind} {side}");
        fast.read.clear();
        assert_eq!(frames.in_memory(), 0, "{kind} {side}");
    }
}

/// Its status says so; the others go on.
#[tokio::test]
async fn a_laggard_ends_with_cancelled() {
    for (kind, side) in everywhere() {
        let frames = Counted::default();
        let mut stage = Stage::new(kind, side, SIZE, body(frames.steps(2)));
        let mut fast = stage.reader().await;
        let mut slow = stage.attempt().await.unwrap();
        fast.drain();
        assert!(fast.is_whole(), "{kind} {side}");
        slow.reader.drain();
        // As a handler does whose request breaks.
        let broken = slow.reader.failure().unwrap().clone();
        slow.answer.send(Err(broken.into())).unwrap();
        let error = stage.outcome().await;
        let code = match error {
            Err(error) => tonic::Status::from_error(error).code(),
            Ok(response) => Code::from_bytes(response.headers()["grpc-status"].as_bytes()),
        };
        assert_eq!(code, Code::Cancelled, "{kind} {side}");
    }
}

/// One that is alone from the beginning sends what it cannot keep, once.
#[tokio::test]
async fn a_request_that_is_larger_than_the_limit() {
    for (kind, side) in everywhere() {
        for limit in [0, SIZE - 1] {
            let frames = Counted::default();
            let mut stage = Stage::new(kind, side, limit, body(frames.steps(3)));
            let mut reader = stage.reader().await;
            reader.drain();
            assert!(reader.is_whole(), "{kind} {side}");
            assert_eq!(reader.read.len(), 3, "{kind} {side}");
            assert!(stage.attempt().await.is_none(), "{kind} {side}");
        }
    }
}

/// To the byte.
#[tokio::test]
async fn a_request_of_exactly_the_limit() {
    for (kind, side) in everywhere() {
        let frames = Counted::default();
        let mut stage = Stage::new(kind, side, 3 * SIZE, body(frames.steps(3)));
        for _ in 0..3 {
            let mut reader = stage.reader().await;
            reader.drain();
            assert!(reader.is_whole(), "{kind} {side}");
            assert_eq!(reader.read.len(), 3, "{kind} {side}");
        }
    }
}

/// At the drop of the `Replay`, and not when the call is over.
#[tokio::test]
async fn is_freed_at_the_commit() {
    for (kind, side) in everywhere() {
        let frames = Counted::default();
        let mut stage = Stage::new(kind, side, 1 << 20, body(frames.steps(6)));
        let mut reader = stage.reader().await;
        for _ in 0..4 {
            reader.poll();
        }
        reader.read.clear();
        assert_eq!(stage.bytes().await, 4 * SIZE, "{kind} {side}");
        assert_eq!(frames.in_memory(), 6, "{kind} {side}");
        stage.commit().await;
        assert_eq!(frames.in_memory(), 2, "{kind} {side}: those to come");
        for left in [1, 0] {
            reader.poll();
            reader.read.clear();
            assert_eq!(frames.in_memory(), left, "{kind} {side}: at once");
        }
    }
}

/// What one of two has still to read is kept for it, and no more.
#[tokio::test]
async fn is_freed_behind_the_slowest_after_the_commit() {
    for (kind, side) in everywhere() {
        let frames = Counted::default();
        let mut stage = Stage::new(kind, side, 1 << 20, body(frames.steps(4)));
        let (mut fast, mut slow) = (stage.reader().await, stage.reader().await);
        fast.drain();
        fast.read.clear();
        assert!(slow.poll());
        slow.read.clear();
        stage.commit().await;
        assert_eq!(frames.in_memory(), 3, "{kind} {side}");
        assert!(slow.poll());
        slow.read.clear();
        assert_eq!(frames.in_memory(), 2, "{kind} {side}");
        drop(slow);
        assert_eq!(frames.in_memory(), 0, "{kind} {side}: nobody needs it");
    }
}

/// Who never makes an attempt keeps nothing, and lets the request go.
#[tokio::test]
async fn a_request_is_dropped_with_its_last_reader() {
    for side in [Side::Client, Side::Server] {
        for kind in interceptor_core::CallKind::ALL {
            let (frames, watch) = (Counted::default(), Watch::default());
            let mut stage = Stage::new(kind, side, 1 << 20, watched(frames.steps(3), &watch));
            let mut attempt = stage.attempt().await.unwrap();
            attempt.reader.poll();
            attempt.reader.read.clear();
            attempt
                .answer
                .send(Ok(refuse(Code::Unavailable, "")))
                .unwrap();
            stage.commit().await;
            assert!(!watch.is_dropped(), "{kind} {side}");
            drop(attempt.reader);
            let _ = stage.outcome().await;
            assert!(watch.is_dropped(), "{kind} {side}");
            assert_eq!(frames.in_memory(), 0, "{kind} {side}");
        }
    }
}
