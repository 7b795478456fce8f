//! What was read of a request so far, and who reads it.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, PoisonError},
    task::{Context, Poll, Wake, Waker, ready},
};

use bytes::Bytes;
use http_body::Body as _;
use tonic::{Status, body::Body};

use super::ReplayBudget;
use crate::{
    payload::are_too_many,
    sync::{Mutex, MutexGuard},
};

/// What was read of a request so far, shared by its attempts.
pub(super) struct Record {
    state: Mutex<State>,
    /// Those who wait for the live request, apart from the state: the request may wake while it is polled, under the lock.
    waiting: Arc<Waiting>,
}

struct State {
    live: Body,
    /// How the live request ended.
    end: Option<Result<(), Status>>,
    /// Chunks from number `first` on.
    chunks: VecDeque<Bytes>,
    first: usize,
    held: usize,
    /// What is kept by all requests together.
    budget: Option<ReplayBudget>,
    buffer: Buffer,
    /// Whether no attempt can begin any more.
    closed: bool,
    readers: Vec<Reader>,
    next_reader: u64,
}

/// The number of no reader: of whoever waits for one to go on alone.
const NOBODY: u64 = u64::MAX;

/// Whether chunks are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Buffer {
    Open {
        max: usize,
    },
    /// Given up: this reader goes on alone.
    Overflowed {
        alone: u64,
    },
}

struct Reader {
    id: u64,
    /// The number of the chunk that it reads next.
    position: usize,
}

/// Wakes everybody: a live request knows one waker only, and the one who left it may be slow, or gone.
#[derive(Default)]
struct Waiting {
    wakers: Mutex<Vec<(u64, Waker)>>,
}

// === impl Record ===

impl Record {
    pub(super) fn new(live: Body, max: usize, budget: Option<ReplayBudget>) -> Self {
        let state = State {
            live,
            end: None,
            chunks: VecDeque::new(),
            first: 0,
            held: 0,
            budget,
            buffer: Buffer::Open { max },
            closed: false,
            readers: Vec::new(),
            next_reader: 0,
        };
        Self {
            state: Mutex::new(state),
            waiting: Arc::default(),
        }
    }

    /// A new reader from the beginning, if the beginning is still there and the request did not fail.
    pub(super) fn join(&self) -> Option<u64> {
        let mut state = self.state();
        state.can_begin().then(|| state.add())
    }

    /// A new reader in the place of all others, who are cut off; none of them takes the live request any further.
    pub(super) fn join_alone(&self) -> Option<u64> {
        let mut state = self.state();
        if !state.can_begin() {
            return None;
        }
        state.readers.clear();
        let id = state.add();
        drop(state);
        self.waiting.wake_all();
        Some(id)
    }

    /// A reader is gone: the others may have waited behind it.
    pub(super) fn leave(&self, id: u64) {
        let mut state = self.state();
        state.readers.retain(|reader| reader.id != id);
        state.trim();
        drop(state);
        self.waiting.forget(id);
        self.waiting.wake_all();
    }

    /// No attempt begins any more.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.trim();
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.state().held
    }

    /// Ready when a reader goes on alone, with its number.
    pub(super) fn poll_alone(&self, cx: &mut Context<'_>) -> Poll<u32> {
        // Before the look, or a change between the two would wake nobody.
        self.waiting.remember(NOBODY, cx.waker());
        self.alone().map_or(Poll::Pending, Poll::Ready)
    }

    /// Which reader goes on alone. Attempts and readers have the same numbers: each begins by joining.
    pub(super) fn alone(&self) -> Option<u32> {
        match self.state().buffer {
            Buffer::Overflowed { alone } => u32::try_from(alone).ok(),
            Buffer::Open { .. } => None,
        }
    }

    pub(super) fn can_join(&self) -> bool {
        self.state().can_begin()
    }

    /// A reader reads no more, although it is there.
    pub(super) fn cut_off(&self, id: u64) {
        self.leave(id);
    }

    pub(super) fn is_end(&self, id: u64) -> bool {
        let state = self.state();
        matches!(state.end, Some(Ok(()))) && !state.has_for(id) && !state.is_cut_off(id)
    }

    /// The next chunk of one reader: from the record, and at its end from the live request.
    pub(super) fn poll_chunk(
        &self,
        id: u64,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Status>>> {
        let mut state = self.state();
        if state.is_cut_off(id) {
            return Poll::Ready(Some(Err(cut_off())));
        }
        if let Some(chunk) = state.recorded(id) {
            return Poll::Ready(Some(Ok(chunk)));
        }
        if let Some(end) = &state.end {
            return Poll::Ready(end.clone().err().map(Err));
        }
        self.waiting.remember(id, cx.waker());
        let waker = Waker::from(Arc::clone(&self.waiting));
        let next = ready!(state.poll_live(&mut Context::from_waker(&waker)));
        let chunk = state.came(id, next);
        drop(state);
        self.waiting.forget(id);
        self.waiting.wake_all();
        Poll::Ready(chunk)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

// === impl State ===

impl State {
    fn can_begin(&self) -> bool {
        let overflowed = matches!(self.buffer, Buffer::Overflowed { .. });
        !overflowed && !matches!(self.end, Some(Err(_)))
    }

    fn add(&mut self) -> u64 {
        let id = self.next_reader;
        self.next_reader += 1;
        self.readers.push(Reader { id, position: 0 });
        id
    }

    /// The chunk that a reader is at, if it is recorded.
    fn recorded(&mut self, id: u64) -> Option<Bytes> {
        let first = self.first;
        let reader = self.readers.iter_mut().find(|reader| reader.id == id)?;
        let chunk = self.chunks.get(reader.position - first)?.clone();
        reader.position += 1;
        self.trim();
        Some(chunk)
    }

    fn has_for(&self, id: u64) -> bool {
        let end = self.first + self.chunks.len();
        self.readers
            .iter()
            .any(|reader| reader.id == id && reader.position < end)
    }

    fn is_cut_off(&self, id: u64) -> bool {
        let others_alone = matches!(self.buffer, Buffer::Overflowed { alone } if alone != id);
        others_alone || !self.readers.iter().any(|reader| reader.id == id)
    }

    /// Frames other than DATA do not belong into a request.
    fn poll_live(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        loop {
            match ready!(Pin::new(&mut self.live).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Some(Err(status)) => return Poll::Ready(Some(Err(status))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// What came of the live request, for the reader who asked for it and for the record.
    fn came(
        &mut self,
        id: u64,
        next: Option<Result<Bytes, Status>>,
    ) -> Option<Result<Bytes, Status>> {
        match &next {
            Some(Ok(chunk)) => self.keep(id, chunk),
            Some(Err(status)) => self.end = Some(Err(status.clone())),
            None => self.end = Some(Ok(())),
        }
        next
    }

    /// Records a chunk, or gives the record up and lets the reader go on alone.
    fn keep(&mut self, id: u64, chunk: &Bytes) {
        match self.buffer {
            Buffer::Open { max } if self.has_room(chunk, max) && self.reserve(chunk) => {
                self.held += chunk.len();
                self.chunks.push_back(chunk.clone());
                self.advance(id);
                self.trim();
            }
            Buffer::Open { .. } => {
                self.buffer = Buffer::Overflowed { alone: id };
                self.advance(id);
                self.first += self.chunks.len() + 1;
                self.chunks = VecDeque::new();
                self.free(self.held);
            }
            Buffer::Overflowed { .. } => {
                self.advance(id);
                self.first += 1;
            }
        }
    }

    fn has_room(&self, chunk: &Bytes, max: usize) -> bool {
        self.held + chunk.len() <= max && !are_too_many(self.chunks.len() + 1, max)
    }

    fn reserve(&self, chunk: &Bytes) -> bool {
        let budget = self.budget.as_ref();
        budget.is_none_or(|budget| budget.take(chunk.len()))
    }

    fn free(&mut self, bytes: usize) {
        self.held -= bytes;
        if let Some(budget) = &self.budget {
            budget.give_back(bytes);
        }
    }

    fn advance(&mut self, id: u64) {
        if let Some(reader) = self.readers.iter_mut().find(|reader| reader.id == id) {
            reader.position += 1;
        }
    }

    /// Frees what nobody will read any more.
    fn trim(&mut self) {
        if !self.closed {
            return;
        }
        let needed = self.readers.iter().map(|reader| reader.position).min();
        let end = self.first + self.chunks.len();
        while self.first < needed.unwrap_or(end) {
            let Some(chunk) = self.chunks.pop_front() else {
                return;
            };
            self.free(chunk.len());
            self.first += 1;
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.free(self.held);
    }
}

fn cut_off() -> Status {
    Status::cancelled("another attempt took this one's place")
}

// === impl Waiting ===

impl Waiting {
    fn remember(&self, id: u64, waker: &Waker) {
        let mut wakers = lock(&self.wakers);
        match wakers.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) => known.clone_from(waker),
            None => wakers.push((id, waker.clone())),
        }
    }

    fn forget(&self, id: u64) {
        lock(&self.wakers).retain(|(known, _)| *known != id);
    }

    /// Wakes outside of the lock: a waker may be anything.
    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *lock(&self.wakers));
        for (_, waker) in wakers {
            waker.wake();
        }
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
