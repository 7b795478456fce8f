//! What interceptors hung onto a body, in the order in which messages pass it.

use std::sync::{Arc, PoisonError};

use http::HeaderMap;
use tonic::{Code, Status, metadata::MetadataMap};

use crate::{
    Message,
    observe::End,
    sync::{Mutex, MutexGuard},
};

/// One thing that wants to know what passes. Its drop before `finished` means that the body was dropped.
pub(crate) trait Hook: Send {
    /// Whether it wants messages. A body that nobody wants messages of is not parsed.
    fn wants_messages(&self) -> bool {
        false
    }

    /// A message passes, and may be changed; an error ends the body here.
    fn message(&mut self, _: &mut Message) -> Result<(), Status> {
        Ok(())
    }

    /// The trailers pass.
    fn trailers(&mut self, _: &mut HeaderMap) {}

    /// The body ended: by trailers, by an error, or without either.
    fn finished(&mut self, _: &End<'_>) {}
}

/// The hooks of one body. A message passes them first to last, and so does its end.
#[derive(Default)]
pub(crate) struct Hooks {
    list: Vec<Box<dyn Hook>>,
    /// Whether what is below is being polled. If so in a drop, it panicked, and somebody caught that.
    polling: bool,
}

impl Hooks {
    pub(crate) fn push(&mut self, hook: Box<dyn Hook>) {
        self.list.push(hook);
    }

    /// What is below is polled from here on, or was.
    #[inline]
    pub(crate) fn set_polling(&mut self, polling: bool) {
        self.polling = polling;
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Shows a message to each. When one refuses it, those before it are dropped, as the body below them is, and those
    /// behind it see the refusal as the end.
    #[inline]
    pub(crate) fn message(&mut self, message: &mut Message) -> Result<(), Status> {
        let mut hooks = self.list.iter_mut();
        while let Some(hook) = hooks.next() {
            if let Err(status) = hook.message(message) {
                let behind = hooks.len();
                self.refused(behind, &status);
                return Err(status);
            }
        }
        Ok(())
    }

    #[cold]
    fn refused(&mut self, behind: usize, status: &Status) {
        drop(self.list.drain(..self.list.len() - behind));
        self.finish(&End::of(status));
    }

    /// All of them, for the end.
    #[inline]
    pub(crate) fn take(&mut self) -> Vec<Box<dyn Hook>> {
        std::mem::take(&mut self.list)
    }

    /// The body ended without trailers.
    pub(crate) fn finish(&mut self, end: &End<'_>) {
        for mut hook in self.list.drain(..) {
            hook.finished(end);
        }
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        if self.polling {
            self.finish(&End::panicked());
        }
    }
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hooks({})", self.list.len())
    }
}

/// Sees each message that passes.
pub(crate) struct Inspect<F>(pub(crate) F);

impl<F: FnMut(&Message) + Send> Hook for Inspect<F> {
    fn wants_messages(&self) -> bool {
        true
    }

    fn message(&mut self, message: &mut Message) -> Result<(), Status> {
        (self.0)(message);
        Ok(())
    }
}

/// Changes or refuses each message that passes.
pub(crate) struct TryMap<F>(pub(crate) F);

impl<F: FnMut(Message) -> Result<Message, Status> + Send> Hook for TryMap<F> {
    fn wants_messages(&self) -> bool {
        true
    }

    fn message(&mut self, message: &mut Message) -> Result<(), Status> {
        *message = (self.0)(message.take())?;
        Ok(())
    }
}

/// Changes the trailers.
pub(crate) struct MapTrailers<F>(pub(crate) Option<F>);

impl<F: FnOnce(&mut MetadataMap) + Send> Hook for MapTrailers<F> {
    fn trailers(&mut self, trailers: &mut HeaderMap) {
        if let Some(map) = self.0.take() {
            let mut metadata = MetadataMap::from_headers(std::mem::take(trailers));
            map(&mut metadata);
            *trailers = metadata.into_headers();
        }
    }
}

/// Puts another message in the place of the first that passes.
pub(crate) struct Replace(pub(crate) Option<Message>);

impl Hook for Replace {
    fn wants_messages(&self) -> bool {
        true
    }

    fn message(&mut self, message: &mut Message) -> Result<(), Status> {
        if let Some(other) = self.0.take() {
            *message = other;
        }
        Ok(())
    }
}

/// Keeps how a body ended whose messages an interceptor takes, for the messages that it gives.
#[derive(Clone)]
pub(crate) struct KeptEnd(Arc<Mutex<Kept>>);

/// How a body ended whose messages an interceptor takes.
#[derive(Default)]
pub(crate) enum Kept {
    /// It did not end: the interceptor wanted no more of it.
    #[default]
    Unread,
    /// Well, and without trailers, as a request does.
    Ended,
    Trailers(HeaderMap),
    /// Without the trailers that a response needs.
    WithoutTrailers,
    Failed(Status),
}

impl KeptEnd {
    pub(super) fn new(kept: Kept) -> Self {
        Self(Arc::new(Mutex::new(kept)))
    }

    pub(super) fn take(&self) -> Kept {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hook for KeptEnd {
    fn trailers(&mut self, trailers: &mut HeaderMap) {
        *self.lock() = Kept::Trailers(trailers.clone());
    }

    fn finished(&mut self, end: &End<'_>) {
        let mut kept = self.lock();
        if matches!(*kept, Kept::Unread) {
            *kept = match (end.status(), end.code()) {
                (Some(status), _) => Kept::Failed(status.clone()),
                (None, Code::Ok) => Kept::Ended,
                (None, _) => Kept::WithoutTrailers,
            };
        }
    }
}
