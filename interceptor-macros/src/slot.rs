//! An argument that can be given once.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;

use crate::diagnostics::Diagnostics;
use crate::split;

/// Where the key of an argument stands, and its value. A second key is an error; a key whose value is wrong still counts as
/// given, so that rules about other arguments don't follow one mistake with another.
pub(crate) struct Slot<T> {
    key: &'static str,
    span: Option<Span>,
    value: Option<T>,
}

// === impl Slot ===

impl<T> Slot<T> {
    pub(crate) const fn new(key: &'static str) -> Self {
        Self {
            key,
            span: None,
            value: None,
        }
    }

    /// Fills it with what was read after `key`, or with an error and then nothing more about the rest of the argument.
    pub(crate) fn fill(
        &mut self,
        key: &Ident,
        value: syn::Result<T>,
        input: ParseStream<'_>,
        diagnostics: &Diagnostics,
    ) {
        let value = split::value(value, input, diagnostics);
        if self.span.is_some() {
            diagnostics.at(key, format_args!("`{}` is given twice: keep one", self.key));
        } else {
            self.span = Some(key.span());
            self.value = value;
        }
    }

    /// The value, if one was given and is right.
    pub(crate) fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Where the key stands, if the argument was given.
    pub(crate) fn span(&self) -> Option<Span> {
        self.span
    }

    /// It was given, with a value that is wrong.
    pub(crate) fn is_wrong(&self) -> bool {
        self.span.is_some() && self.value.is_none()
    }
}
