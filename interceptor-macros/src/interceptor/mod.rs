//! `#[grpc_interceptor]` on a struct, an enum or an impl block.

mod args;
mod bounds;
mod check;
mod emit;
mod functions;
mod mend;
mod model;
mod order;
mod parse;
mod rules;
mod signature;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;
use crate::{crate_path, show};
use args::Args;
use model::Target;

/// The item as it went in, then its `impl Interceptor`, then the errors.
pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let diagnostics = Diagnostics::default();
    let args = args::parse(args, &diagnostics);
    let target = diagnostics.ok(syn::parse2::<Target>(item.clone()));
    let output = target
        .as_ref()
        .map(|target| interceptor(&args, target, &diagnostics));
    let item = match target {
        Some(target) if !diagnostics.is_empty() => mended(&args, &target, item),
        _ => item.clone(),
    };
    let errors = diagnostics.finish();
    quote! { #item #output #errors }
}

fn interceptor(args: &Args, target: &Target, diagnostics: &Diagnostics) -> TokenStream {
    let output = match check::plan(args, target, diagnostics) {
        Some(plan) => emit::interceptor(args, target, &plan),
        None => emit::inert(args, target),
    };
    show::on_request(&target.name.to_string(), &output);
    output
}

fn mended(args: &Args, target: &Target, item: &TokenStream) -> TokenStream {
    let root = crate_path::root(&args.crate_path);
    mend::item(item, target, &quote! { #root::__private::CallType })
}
