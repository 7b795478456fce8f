//! A request whose messages come from another thread.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body::Frame;
use shuttle::{sync::Mutex, thread};
use tonic::{Status, body::Body};

/// The messages: framed, and of one byte.
pub(crate) const MESSAGES: usize = 3;

/// Those bytes, all of them.
pub(crate) fn all() -> Bytes {
    (0..MESSAGES).flat_map(message).collect()
}

fn message(number: usize) -> Bytes {
    Bytes::from([&[0, 0, 0, 0, 1][..], &[u8::try_from(number).unwrap()]].concat())
}

#[derive(Default)]
struct Pipe {
    chunks: VecDeque<Bytes>,
    ended: bool,
    /// One, as in any body: who asked last.
    waker: Option<Waker>,
}

struct Live(Arc<Mutex<Pipe>>);

/// A body, and the thread that writes into it.
pub(crate) fn live() -> Body {
    let pipe = Arc::new(Mutex::new(Pipe::default()));
    let writer = Arc::clone(&pipe);
    thread::spawn(move || {
        for number in 0..=MESSAGES {
            let mut pipe = writer.lock().unwrap();
            if number == MESSAGES {
                pipe.ended = true;
            } else {
                pipe.chunks.push_back(message(number));
            }
            let waker = pipe.waker.take();
            drop(pipe);
            waker.into_iter().for_each(Waker::wake);
        }
    });
    Body::new(Live(pipe))
}

impl http_body::Body for Live {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let mut pipe = self.0.lock().unwrap();
        match pipe.chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(Frame::data(chunk)))),
            None if pipe.ended => Poll::Ready(None),
            None => {
                pipe.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
