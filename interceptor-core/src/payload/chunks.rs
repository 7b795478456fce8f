use std::collections::VecDeque;

use bytes::Bytes;

use crate::message::{Count, count_messages};

/// DATA frames in hand, in order. One, which is the common case, takes no allocation.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    first: Option<Bytes>,
    rest: VecDeque<Bytes>,
}

impl Chunks {
    #[inline]
    pub(crate) fn push(&mut self, chunk: Bytes) {
        if self.first.is_none() && self.rest.is_empty() {
            self.first = Some(chunk);
        } else {
            self.rest.push_back(chunk);
        }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Bytes> {
        self.first.take().or_else(|| self.rest.pop_front())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none() && self.rest.is_empty()
    }

    /// How many messages these frames are.
    #[inline]
    pub(crate) fn count(&self) -> Count {
        match &self.first {
            Some(only) if self.rest.is_empty() => count_messages(std::slice::from_ref(only)),
            _ => count_messages(&self.iter().cloned().collect::<Vec<_>>()),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Bytes> {
        self.first.iter().chain(&self.rest)
    }
}
