//! The path under which generated code finds the library: `::grpc_interceptor`, or what `crate = …` says.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{LitStr, Path, Token, parse_quote};

use crate::slot::Slot;

/// `= interceptor_core`, after the key.
pub(crate) fn parse(input: ParseStream<'_>, key: Span) -> syn::Result<Path> {
    const EXAMPLE: &str = "`crate` is the path of the library, if it is not `::grpc_interceptor`: `crate = interceptor_core`";
    input
        .parse::<Token![=]>()
        .map_err(|_| syn::Error::new(key, EXAMPLE))?;
    if input.peek(LitStr) {
        let quoted: LitStr = input.parse()?;
        let text = format!(
            "`crate` is a path without quotes: `crate = {}`",
            quoted.value()
        );
        return Err(syn::Error::new(quoted.span(), text));
    }
    let place = if input.is_empty() { key } else { input.span() };
    input
        .call(Path::parse_mod_style)
        .map_err(|_| syn::Error::new(place, EXAMPLE))
}

/// `::grpc_interceptor`, or what was given.
pub(crate) fn root(given: &Slot<Path>) -> TokenStream {
    let facade = parse_quote!(::grpc_interceptor);
    given.get().unwrap_or(&facade).to_token_stream()
}

/// `use ::grpc_interceptor::__private as __p;`: the one alias through which generated code names anything.
pub(crate) fn alias(given: &Slot<Path>) -> TokenStream {
    let root = root(given);
    quote! { use #root::__private as __p; }
}
