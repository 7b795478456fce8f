//! What interceptors hung onto a body, in the order in which messages pass it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use tonic::{Status, metadata::MetadataMap};

use crate::{Message, observe::End, status};

/// One thing that wants to know what passes. Its drop before `finished` means that the body was dropped.
pub(crate) trait Hook: Send {
    /// Whether it wants messages. A body that nobody wants messages of is not parsed.
    fn wants_messages(&self) -> bool {
        false
    }

    /// A message passes; an error ends the body here.
    fn message(&mut self, message: Message) -> Result<Message, Status> {
        Ok(message)
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
}

impl Hooks {
    pub(crate) fn push(&mut self, hook: Box<dyn Hook>) {
        self.list.push(hook);
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Shows a message to each. When one refuses it, those before it are dropped, as the body below them is, and those
    /// behind it see the refusal as the end.
    pub(crate) fn message(&mut self, mut message: Message) -> Result<Message, Status> {
        for index in 0..self.list.len() {
            match self.list[index].message(message) {
                Ok(passed) => message = passed,
                Err(status) => {
                    drop(self.list.drain(..=index));
                    self.finish(&End::of(&status));
                    return Err(status);
                }
            }
        }
        Ok(message)
    }

    /// The body ended with these trailers. They decide how the call ended, unless the headers did.
    #[inline]
    pub(crate) fn trailers(&mut self, trailers: &mut HeaderMap, they_decide: bool) {
        for mut hook in self.list.drain(..) {
            hook.trailers(trailers);
            match status::wire::from_headers(trailers) {
                _ if !they_decide => hook.finished(&End::ok()),
                Some(status) => hook.finished(&End::of(&status)),
                None => hook.finished(&End::without_trailers()),
            }
        }
    }

    /// The body ended without trailers.
    pub(crate) fn finish(&mut self, end: &End<'_>) {
        for mut hook in self.list.drain(..) {
            hook.finished(end);
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

    fn message(&mut self, message: Message) -> Result<Message, Status> {
        (self.0)(&message);
        Ok(message)
    }
}

/// Changes or refuses each message that passes.
pub(crate) struct TryMap<F>(pub(crate) F);

impl<F: FnMut(Message) -> Result<Message, Status> + Send> Hook for TryMap<F> {
    fn wants_messages(&self) -> bool {
        true
    }

    fn message(&mut self, message: Message) -> Result<Message, Status> {
        (self.0)(message)
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

/// Keeps the trailers of a body whose messages an interceptor takes, for the messages that it gives.
#[derive(Clone, Default)]
pub(crate) struct KeptTrailers(Arc<Mutex<Option<HeaderMap>>>);

impl KeptTrailers {
    pub(super) fn take(&self) -> Option<HeaderMap> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<HeaderMap>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hook for KeptTrailers {
    fn trailers(&mut self, trailers: &mut HeaderMap) {
        *self.lock() = Some(trailers.clone());
    }
}
