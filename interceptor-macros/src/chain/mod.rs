//! `#[derive(InterceptorChain)]` on a struct: the fields in their order are the chain.

mod attributes;
mod check;
mod emit;
mod model;
mod parse;
mod pattern;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::diagnostics::Diagnostics;
use crate::show;

/// The `impl Interceptor` of the struct, then the errors.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let diagnostics = Diagnostics::default();
    let input = diagnostics.ok(syn::parse2(item));
    let output = input.map(|input| chain(&input, &diagnostics));
    let errors = diagnostics.finish();
    quote! { #output #errors }
}

fn chain(input: &DeriveInput, diagnostics: &Diagnostics) -> TokenStream {
    let chain = parse::chain(input, diagnostics);
    check::chain(&chain, diagnostics);
    let output = if diagnostics.is_empty() {
        emit::chain(&chain)
    } else {
        emit::inert(&chain)
    };
    show::on_request(&chain.name.to_string(), &output);
    output
}
