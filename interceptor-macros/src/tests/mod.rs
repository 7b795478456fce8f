//! What comes out for what goes in, without a compiler around it.

mod cost;
mod half_typed;
mod private;
mod snapshots;

use proc_macro2::TokenStream;

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("balanced tokens")
}

/// `#[grpc_interceptor(args)] item`
fn attribute(args: &str, item: &str) -> TokenStream {
    crate::interceptor::expand(tokens(args), &tokens(item))
}

/// `#[blocking_service(args)] item`
fn service(args: &str, item: &str) -> TokenStream {
    crate::service::expand(tokens(args), &tokens(item))
}

/// `#[derive(InterceptorChain)] item`
fn derive(item: &str) -> TokenStream {
    crate::chain::expand(tokens(item))
}
