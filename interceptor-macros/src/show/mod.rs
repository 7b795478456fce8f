//! Prints what was generated, when the environment asks for it.
//!
//! Cargo does not know of the variable: touch the file, or change it, to have it compiled again.

mod layout;

use proc_macro2::TokenStream;

/// `1` for every expansion, or the name of a type for its own.
const VARIABLE: &str = "GRPC_INTERCEPTOR_EXPAND";

/// Prints `generated` for the type `name` on standard error, if it is wanted.
pub(crate) fn on_request(name: &str, generated: &TokenStream) {
    if std::env::var(VARIABLE).is_ok_and(|wanted| wanted == "1" || wanted == name) {
        eprintln!("// generated for `{name}`\n{}", layout::source(generated));
    }
}
