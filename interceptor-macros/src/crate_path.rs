//! The path under which generated code finds the library: `::grpc_interceptor`, or what `crate = …` says.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::ParseStream;
use syn::{LitStr, Path, parse_quote};

use crate::slot::Slot;

/// The value of `crate = …`.
pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Path> {
    if input.peek(LitStr) {
        let quoted: LitStr = input.parse()?;
        let text = format!("`crate` is a path without quotes: `crate = {}`", quoted.value());
        return Err(syn::Error::new(quoted.span(), text));
    }
    input.call(Path::parse_mod_style)
}

/// `use ::grpc_interceptor::__private as __p;`: the one alias through which generated code names anything.
pub(crate) fn alias(given: &Slot<Path>) -> TokenStream {
    let facade = parse_quote!(::grpc_interceptor);
    let root = given.get().unwrap_or(&facade);
    quote! { use #root::__private as __p; }
}
