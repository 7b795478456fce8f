use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame};

use crate::{
    exchange::fill,
    message::{Count, count_messages, is_one_message},
};

/// DATA frames in hand, in order. One, which is the common case, takes no allocation.
#[derive(Debug, Clone, Default)]
pub(crate) enum Chunks {
    #[default]
    Empty,
    One(Bytes),
    #[expect(
        clippy::box_collection,
        reason = "the rare case must not make the common one larger"
    )]
    Many(Box<VecDeque<Bytes>>),
}

/// Whether so many frames take more memory than so many bytes may: a frame of a few bytes, or of none, takes more than it
/// carries. Some are always few enough.
#[inline]
pub(crate) fn are_too_many(frames: usize, max_bytes: usize) -> bool {
    const FEW: usize = 64;
    frames > (max_bytes / size_of::<Bytes>()).max(FEW)
}

impl Chunks {
    #[inline]
    pub(crate) fn push(&mut self, chunk: Bytes) {
        match self {
            Self::Empty => fill(self, Self::One(chunk)),
            Self::One(_) | Self::Many(_) => self.push_more(chunk),
        }
    }

    #[cold]
    fn push_more(&mut self, chunk: Bytes) {
        *self = match std::mem::take(self) {
            Self::Empty => Self::One(chunk),
            Self::One(first) => Self::Many(Box::new(VecDeque::from([first, chunk]))),
            Self::Many(mut many) => {
                many.push_back(chunk);
                Self::Many(many)
            }
        };
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(_) => 1,
            Self::Many(many) => many.len(),
        }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Bytes> {
        match self {
            Self::Empty => None,
            Self::Many(many) => many.pop_front(),
            Self::One(_) => match std::mem::take(self) {
                Self::One(chunk) => Some(chunk),
                _ => None,
            },
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::One(_) => false,
            Self::Many(many) => many.is_empty(),
        }
    }

    /// How many messages these frames are.
    #[inline]
    pub(crate) fn count(&self) -> Count {
        match self {
            Self::One(chunk) if is_one_message(chunk) => Count::ONE,
            _ => self.count_others(),
        }
    }

    #[cold]
    fn count_others(&self) -> Count {
        count_messages(self.iter())
    }

    /// Shows each frame. An iterator over all forms costs more than most of what is done with one frame.
    #[inline]
    pub(crate) fn for_each(&self, mut show: impl FnMut(&Bytes)) {
        match self {
            Self::Empty => {}
            Self::One(chunk) => show(chunk),
            Self::Many(many) => many.iter().for_each(show),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Bytes> {
        let (one, many) = match self {
            Self::Empty => (None, None),
            Self::One(chunk) => (Some(chunk), None),
            Self::Many(many) => (None, Some(&**many)),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

/// What a request is that was in hand as a whole. Of its length it says nothing, as the body of tonic's client does not:
/// hyper would write a `content-length` of it.
impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.get_mut().pop().map(|data| Ok(Frame::data(data))))
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.is_empty()
    }
}
