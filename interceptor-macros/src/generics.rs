//! The generics of the user's type, made fit for `impl Interceptor`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{GenericParam, Generics, parse_quote};

/// Without defaults, and with what `Interceptor: Send + Sync + 'static` asks of every parameter:
///
/// ```text
/// <'a, P: Policy = Always>   →   <'a, P: Policy> where 'a: 'static, P: Send + Sync + 'static
/// ```
pub(crate) fn for_interceptor(generics: &Generics) -> Generics {
    let mut result = generics.clone();
    for param in &mut result.params {
        match param {
            GenericParam::Type(param) => (param.eq_token, param.default) = (None, None),
            GenericParam::Const(param) => (param.eq_token, param.default) = (None, None),
            GenericParam::Lifetime(_) => {}
        }
    }
    let clause = result.make_where_clause();
    for predicate in generics.params.iter().filter_map(predicate) {
        clause.predicates.push(parse_quote!(#predicate));
    }
    result
}

fn predicate(param: &GenericParam) -> Option<TokenStream> {
    match param {
        GenericParam::Type(param) => {
            let ident = &param.ident;
            Some(quote_spanned!(generated(ident.span())=> #ident: __p::Send + __p::Sync + 'static))
        }
        GenericParam::Lifetime(param) => {
            let lifetime = &param.lifetime;
            Some(quote_spanned!(generated(lifetime.span())=> #lifetime: 'static))
        }
        GenericParam::Const(_) => None,
    }
}

/// The place of the user's token, so that messages point at it; but known to be generated, so that lints leave it alone.
pub(crate) fn generated(place: Span) -> Span {
    Span::call_site().located_at(place)
}
