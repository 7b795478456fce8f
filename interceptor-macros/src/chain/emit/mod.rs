//! [`Chain`] → tokens. Nothing here can fail.
//!
//! Tokens of ours name everything through `__p`, the one alias of `__private`; locals and parameters of ours start with `__`.

mod links;
mod order;
mod select;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, parse_quote};

use super::model::Chain;
use crate::generics;
use crate::kind::Kind;
use crate::output::{self, Subject};

/// ```text
/// const _: () = {
///     use ::grpc_interceptor::__private as __p;
///     const __ONLY_1: &[__p::Pattern] = &[…];
///     struct __Link<'__c, const __I: usize, __Next> { chain: &'__c Edge, next: __Next }
///     impl<'__c, __T, __Next> __p::Next<__T> for __Link<'__c, 0, __Next> { … }
///     impl __p::Interceptor for Edge { … }
/// };
/// ```
pub(crate) fn chain(chain: &Chain<'_>) -> TokenStream {
    let generics = with_fields(chain, 0);
    let patterns = select::patterns(chain);
    let links = links::links(chain);
    let methods = Kind::ALL.map(|kind| output::method(kind, &links::nested()));
    let (enter, describe, check) = (
        links::enter(chain),
        select::describe(chain),
        select::check(chain),
    );
    let (before, order) = order::constants(chain);
    let items = quote! { #order #(#methods)* #enter #describe #check };
    let self_type = chain.self_type();
    let subject = subject(chain, &self_type);
    subject.implementation(&generics, &quote! { #patterns #before #links }, &items)
}

/// For a use with mistakes. If the attribute stands on the type too, that one sees to it, and must not miss an `intercept_call`.
pub(crate) fn inert(chain: &Chain<'_>) -> TokenStream {
    let self_type = chain.self_type();
    let subject = subject(chain, &self_type);
    if chain.attribute.is_none() {
        return subject.inert(&generics::for_interceptor(chain.generics));
    }
    let generics = generics::for_interceptor(chain.generics);
    let (params, _, clause) = generics.split_for_impl();
    subject.block(&quote! { impl #params __p::HasInterceptCall for #self_type #clause {} })
}

fn subject<'a>(chain: &'a Chain<'_>, self_type: &'a TokenStream) -> Subject<'a> {
    Subject {
        self_type,
        allowances: &chain.allowances,
        crate_path: &chain.crate_path,
    }
}

/// The generics of the struct and what every link from the `first` on needs: that its field is an interceptor.
fn with_fields(chain: &Chain<'_>, first: usize) -> Generics {
    let mut generics = generics::for_interceptor(chain.generics);
    let clause = generics.make_where_clause();
    for field in chain.links().into_iter().skip(first) {
        let ty = generics::with_static(chain.generics, field.ty.to_token_stream());
        let bound = interceptor_at(&ty);
        clause.predicates.push(parse_quote! { #ty: #bound });
    }
    generics
}

/// `__p::Interceptor`, from the first to the last token of the field's type: that is what rustc underlines if it is none.
fn interceptor_at(ty: &TokenStream) -> TokenStream {
    let spans: Vec<Span> = ty
        .clone()
        .into_iter()
        .map(|token| generics::generated(token.span()))
        .collect();
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return quote! { __p::Interceptor };
    };
    let alias = quote_spanned! {*first=> __p:: };
    let name = quote_spanned! {*last=> Interceptor };
    quote! { #alias #name }
}
