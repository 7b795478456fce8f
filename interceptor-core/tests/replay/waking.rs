//! A request knows one waker only: who waits for it is woken by the progress of another, and by its drop.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::Frame;
use tokio::sync::mpsc;
use tokio_stream::{StreamExt as _, wrappers::UnboundedReceiverStream};
use tonic::{Status, body::Body};

use super::{Reader, orders::Stage};
use crate::support::{body::frame, everywhere};

/// A request that the test feeds.
fn fed() -> (mpsc::UnboundedSender<Bytes>, Body) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let frames = UnboundedReceiverStream::new(receiver);
    let frames = frames.map(|bytes| Ok::<_, Status>(Frame::data(bytes)));
    (sender, Body::new(http_body_util::StreamBody::new(frames)))
}

fn forget(readers: [&Reader; 2]) {
    for reader in readers {
        reader.wakes();
    }
}

#[tokio::test]
async fn both_are_woken_by_the_request() {
    for (kind, side) in everywhere() {
        let (feed, request) = fed();
        let mut stage = Stage::new(kind, side, 1 << 20, request);
        let (mut first, mut second) = (stage.reader().await, stage.reader().await);
        for round in 1..4 {
            assert!(!first.poll() && !second.poll(), "{kind} {side}");
            forget([&first, &second]);
            feed.send(frame("a")).unwrap();
            assert!(
                first.wakes() > 0 && second.wakes() > 0,
                "{kind} {side} {round}"
            );
            assert!(first.poll() && second.poll(), "{kind} {side} {round}");
        }
        assert!(!first.poll() && !second.poll(), "{kind} {side}");
        forget([&first, &second]);
        drop(feed);
        assert!(
            first.wakes() > 0 && second.wakes() > 0,
            "{kind} {side}: the end"
        );
        assert!(first.poll() && second.poll());
        assert!(first.is_whole() && second.is_whole(), "{kind} {side}");
    }
}

/// The one that was polled last is gone before the request moves on.
#[tokio::test]
async fn by_the_drop_of_another() {
    for (kind, side) in everywhere() {
        let (feed, request) = fed();
        let mut stage = Stage::new(kind, side, 1 << 20, request);
        let (mut first, mut second) = (stage.reader().await, stage.reader().await);
        assert!(!first.poll() && !second.poll(), "{kind} {side}");
        first.wakes();
        drop(second);
        assert!(first.wakes() > 0, "{kind} {side}: by the drop");
        assert!(!first.poll(), "{kind} {side}");
        feed.send(frame("a")).unwrap();
        assert!(first.wakes() > 0, "{kind} {side}: by the request");
        assert!(first.poll(), "{kind} {side}");
    }
}

/// A request that is there by itself, and does not wake who asked before: as a timer that is asked when its time has come.
struct Silent {
    frames: Arc<AtomicUsize>,
}

impl http_body::Body for Silent {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let taken = self
            .frames
            .fetch_update(SeqCst, SeqCst, |it| it.checked_sub(1));
        match taken {
            Ok(_) => Poll::Ready(Some(Ok(Frame::data(frame("a"))))),
            Err(_) => Poll::Pending,
        }
    }
}

/// Whoever takes a frame from the request, another that waits for it is woken.
#[tokio::test]
async fn by_the_progress_of_another() {
    for (kind, side) in everywhere() {
        let frames = Arc::new(AtomicUsize::new(0));
        let request = Body::new(Silent {
            frames: frames.clone(),
        });
        let mut stage = Stage::new(kind, side, 1 << 20, request);
        let (mut first, mut second) = (stage.reader().await, stage.reader().await);
        assert!(!first.poll() && !second.poll(), "{kind} {side}");
        forget([&first, &second]);
        frames.store(1, SeqCst);
        assert!(second.poll(), "{kind} {side}");
        assert!(first.wakes() > 0, "{kind} {side}");
        assert!(first.poll(), "{kind} {side}");
        assert_eq!(first.read, second.read, "{kind} {side}");
    }
}

/// A laggard that waits is woken to learn that it is cut off.
#[tokio::test]
async fn by_being_cut_off() {
    for (kind, side) in everywhere() {
        let (feed, request) = fed();
        let mut stage = Stage::new(kind, side, frame("a").len(), request);
        let (mut fast, mut slow) = (stage.reader().await, stage.reader().await);
        feed.send(frame("a")).unwrap();
        assert!(fast.poll() && slow.poll(), "{kind} {side}");
        assert!(!fast.poll() && !slow.poll(), "{kind} {side}");
        feed.send(frame("b")).unwrap();
        assert!(slow.wakes() > 0, "{kind} {side}");
        assert!(fast.poll() && slow.poll(), "{kind} {side}");
        assert!(slow.failure().is_some(), "{kind} {side}");
    }
}

/// Tasks and not wakers that count: two attempts in one task, and nobody sleeps for ever.
#[tokio::test(start_paused = true)]
async fn nobody_sleeps_for_ever() {
    for (kind, side) in everywhere() {
        let (feed, request) = fed();
        let mut stage = Stage::new(kind, side, 1 << 20, request);
        let mut tasks = Vec::new();
        for number in 0..4 {
            let mut reader = stage.reader().await;
            tasks.push(tokio::spawn(async move {
                let read = async {
                    while let Some(frame) = crate::support::body::next(&mut reader.body).await {
                        reader.read.push(frame.unwrap().into_data().unwrap());
                        if reader.read.len() == number + 1 {
                            return; // this one gives up
                        }
                    }
                };
                let long = std::time::Duration::from_secs(3600);
                tokio::time::timeout(long, read).await.expect("it sleeps");
                reader.read.len()
            }));
        }
        for _ in 0..3 {
            tokio::task::yield_now().await;
            feed.send(frame("a")).unwrap();
        }
        drop(feed);
        let mut read = Vec::new();
        for task in tasks {
            read.push(task.await.unwrap());
        }
        assert_eq!(read, [1, 2, 3, 3], "{kind} {side}");
    }
}
