//! Comma-separated arguments, one by one, so that a mistake in one does not hide those in the others.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};

use crate::diagnostics::Diagnostics;

/// The token streams between the commas of the top level; a comma at the end is fine.
pub(crate) fn at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut part = TokenStream::new();
    for token in tokens {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
            parts.push(std::mem::take(&mut part));
        } else {
            part.extend([token]);
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// Hands the key and what follows it to `argument`; what that leaves unread is taken for another, after a forgotten comma.
pub(crate) fn keyed(
    part: TokenStream,
    diagnostics: &Diagnostics,
    mut argument: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let mut arguments = |input: ParseStream<'_>| {
        loop {
            let key = Ident::parse_any(input)?;
            argument(&key, input)?;
            if input.is_empty() {
                return Ok(());
            }
            diagnostics.push(input.error("a comma is missing before this"));
        }
    };
    let all = |input: ParseStream<'_>| Ok(value(arguments(input), input, diagnostics));
    diagnostics.ok(all.parse2(part));
}

/// The value, or its error, and then nothing more about the rest of the argument.
pub(crate) fn value<T>(
    result: syn::Result<T>,
    input: ParseStream<'_>,
    diagnostics: &Diagnostics,
) -> Option<T> {
    let value = diagnostics.ok(result);
    if value.is_none() {
        let _rest: syn::Result<TokenStream> = input.parse();
    }
    value
}

/// Every value, or every error.
pub(crate) fn all<T>(results: impl Iterator<Item = syn::Result<T>>) -> syn::Result<Vec<T>> {
    let mut values = Ok(Vec::new());
    for result in results {
        match (&mut values, result) {
            (Ok(values), Ok(value)) => values.push(value),
            (Ok(_), Err(error)) => values = Err(error),
            (Err(errors), Err(error)) => errors.combine(error),
            (Err(_), Ok(_)) => {}
        }
    }
    values
}
