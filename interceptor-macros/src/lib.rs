//! The attributes `#[grpc_interceptor]` and `#[blocking_service]`, and `#[derive(InterceptorChain)]`.
//!
//! Nobody depends on this crate by name: the macros are documented and re-exported where they are used, in `grpc-interceptor`.
//! Each of them is a plain function from tokens to tokens in three stages, parse, check and emit, so that it can be tested without a
//! compiler around it. Every error of one expansion is reported at once, and an expansion with errors still makes the type an
//! interceptor, so that one mistake does not show up as five.
//!
//! With `GRPC_INTERCEPTOR_EXPAND=1` in the environment the code that was generated is printed on standard error while the crate
//! compiles; `GRPC_INTERCEPTOR_EXPAND=Timing` prints that of the type `Timing` only.

mod chain;
mod crate_path;
mod diagnostics;
mod generics;
mod interceptor;
mod kind;
mod order;
mod output;
mod service;
mod show;
mod slot;
mod split;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a struct, an enum or the type of an impl block an `Interceptor`: documented in `grpc-interceptor`.
#[proc_macro_attribute]
pub fn grpc_interceptor(args: TokenStream, item: TokenStream) -> TokenStream {
    interceptor::expand(args.into(), &item.into()).into()
}

/// Makes a struct an `Interceptor` whose chain is its fields, in their order: documented in `grpc-interceptor`.
#[proc_macro_derive(InterceptorChain, attributes(chain))]
pub fn derive_interceptor_chain(item: TokenStream) -> TokenStream {
    chain::expand(item.into()).into()
}

/// Makes an impl of a generated server trait out of plain `fn`s: documented in `grpc-interceptor`.
#[proc_macro_attribute]
pub fn blocking_service(args: TokenStream, item: TokenStream) -> TokenStream {
    service::expand(args.into(), &item.into()).into()
}
