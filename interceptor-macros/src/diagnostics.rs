//! All errors of one expansion, so that a user sees each of their mistakes in one compile.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// A collector that must be [finished](Diagnostics::finish): dropped with unread errors it panics, so no error can get lost.
#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: RefCell<Vec<syn::Error>>,
}

// === impl Diagnostics ===

impl Diagnostics {
    /// Reports `text` at `tokens`: those that the user has to change.
    pub(crate) fn at(&self, tokens: impl ToTokens, text: impl Display) {
        self.push(syn::Error::new_spanned(tokens, text));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        self.errors.borrow_mut().push(error);
    }

    /// Keeps the error and goes on without the value.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// Every error as a `compile_error!` of its own.
    pub(crate) fn finish(self) -> TokenStream {
        let errors = self.errors.take();
        errors.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(
                self.is_empty(),
                "diagnostics were dropped without being reported"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_every_error() {
        let diagnostics = Diagnostics::default();
        diagnostics.at(quote::quote!(a), "first");
        diagnostics.at(quote::quote!(b), "second");
        let errors = diagnostics.finish().to_string();
        assert!(
            errors.contains("first") && errors.contains("second"),
            "{errors}"
        );
    }

    #[test]
    #[should_panic(expected = "dropped without being reported")]
    fn an_error_that_nobody_reports_is_a_bug() {
        Diagnostics::default().at(quote::quote!(a), "lost");
    }
}
