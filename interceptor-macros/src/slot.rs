//! An argument that can be given once.

use proc_macro2::Span;

use crate::diagnostics::Diagnostics;

/// The value of an argument and where its key stands. A second value is an error at the second key.
pub(crate) struct Slot<T> {
    key: &'static str,
    filled: Option<(Span, T)>,
}

// === impl Slot ===

impl<T> Slot<T> {
    pub(crate) fn new(key: &'static str) -> Self {
        Self { key, filled: None }
    }

    pub(crate) fn set(&mut self, span: Span, value: T, diagnostics: &Diagnostics) {
        if self.filled.is_some() {
            let text = format!("`{}` is given twice: keep one", self.key);
            diagnostics.push(syn::Error::new(span, text));
        } else {
            self.filled = Some((span, value));
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.filled.as_ref().map(|(_, value)| value)
    }

    /// Where the key stands, if the argument was given.
    pub(crate) fn span(&self) -> Option<Span> {
        self.filled.as_ref().map(|(span, _)| *span)
    }
}
