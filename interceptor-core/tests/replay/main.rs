//! Requests that are sent more than once.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod budget;
mod ends;
mod limits;
mod orders;
mod reading;
mod waking;

#[path = "../support/mod.rs"]
mod support;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

use bytes::Bytes;
use http_body::Body as _;
use tonic::{Status, body::Body};

/// The next frame of a body, as a reader of its own.
struct Reader {
    body: Body,
    read: Vec<Bytes>,
    end: Option<Result<(), Status>>,
    wakes: Arc<Wakes>,
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Reader {
    fn new(body: Body) -> Self {
        Self {
            body,
            read: Vec::new(),
            end: None,
            wakes: Arc::default(),
        }
    }

    /// Polls once: whether there was something, a frame or the end.
    fn poll(&mut self) -> bool {
        let waker = Waker::from(self.wakes.clone());
        let mut cx = Context::from_waker(&waker);
        match Pin::new(&mut self.body).poll_frame(&mut cx) {
            Poll::Pending => return false,
            Poll::Ready(Some(Ok(frame))) => self.read.push(frame.into_data().unwrap()),
            Poll::Ready(Some(Err(status))) => self.end = Some(Err(status)),
            Poll::Ready(None) => self.end = Some(Ok(())),
        }
        true
    }

    /// Polls until nothing more comes.
    fn drain(&mut self) {
        while self.end.is_none() && self.poll() {}
    }

    fn bytes(&self) -> Vec<u8> {
        self.read.concat()
    }

    fn is_whole(&self) -> bool {
        matches!(self.end, Some(Ok(())))
    }

    fn failure(&self) -> Option<&Status> {
        self.end.as_ref()?.as_ref().err()
    }

    /// How often it was woken since it was asked last.
    fn wakes(&self) -> usize {
        self.wakes.0.swap(0, SeqCst)
    }
}
