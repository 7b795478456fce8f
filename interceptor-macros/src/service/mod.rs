//! `#[blocking_service]` on the impl block of a generated server trait.

mod args;
mod check;
mod emit;
mod model;
mod parse;
mod rules;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;
use crate::show;
use args::Args;
use model::Service;

/// The functions as an impl block of the type's own, then the impl of the trait, then the errors. An item that is no such
/// block comes out as it went in.
pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let diagnostics = Diagnostics::default();
    let args = args::parse(args, &diagnostics);
    let service = diagnostics.ok(syn::parse2::<Service>(item.clone()));
    let output = match &service {
        Some(service) => implementation(&args, service, &diagnostics),
        None => item.clone(),
    };
    let errors = diagnostics.finish();
    quote! { #output #errors }
}

fn implementation(args: &Args, service: &Service, diagnostics: &Diagnostics) -> TokenStream {
    let own = emit::own_functions(service);
    let Some(plan) = check::plan(args, service, diagnostics) else {
        let inert = emit::inert(service);
        return quote! { #own #inert };
    };
    let output = emit::implementation(args, service, &plan);
    show::on_request(&service.name.to_string(), &output);
    quote! { #own #output }
}
