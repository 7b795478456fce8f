//! [`Chain`] → tokens. Nothing here can fail.
//!
//! Tokens of ours name everything through `__p`, the one alias of `__private`; locals and parameters of ours start with `__`.

mod links;
mod select;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Type, parse_quote};

use super::model::Chain;
use crate::kind::Kind;
use crate::{crate_path, generics};

/// ```text
/// const _: () = {
///     use ::grpc_interceptor::__private as __p;
///     const __ONLY_1: &[__p::Pattern] = &[…];
///     struct __Link<'__c, const __I: usize, __N> { chain: &'__c Edge, next: __N }
///     impl<'__c, __T, __N> __p::Next<__T> for __Link<'__c, 0, __N> { … }
///     impl __p::Interceptor for Edge { … }
/// };
/// ```
pub(crate) fn chain(chain: &Chain<'_>) -> TokenStream {
    let generics = with_fields(chain, 0);
    let patterns = select::patterns(chain);
    let links = links::links(chain);
    let methods = Kind::ALL.map(|kind| method(kind, &links::enter(chain)));
    let (describe, check) = (select::describe(chain), select::check(chain));
    let items = quote! { #(#methods)* #describe #check };
    implementation(chain, &generics, &quote! { #patterns #links }, &items)
}

/// For a use with mistakes: the type is an interceptor all the same, so that they are not reported again wherever it is used.
pub(crate) fn inert(chain: &Chain<'_>) -> TokenStream {
    let generics = generics::for_interceptor(chain.generics);
    let methods = Kind::ALL.map(|kind| method(kind, &quote! { __p::pass(__call, __next) }));
    implementation(chain, &generics, &TokenStream::new(), &quote! { #(#methods)* })
}

fn implementation(chain: &Chain<'_>, generics: &Generics, before: &TokenStream, items: &TokenStream) -> TokenStream {
    let alias = crate_path::alias(&chain.crate_path);
    let (params, _, clause) = generics.split_for_impl();
    let self_type = chain.self_type();
    quote! {
        const _: () = {
            #alias
            #before
            #[automatically_derived]
            impl #params __p::Interceptor for #self_type #clause {
                #items
            }
        };
    }
}

/// The generics of the struct and what every link from the `first` on needs: that its field is an interceptor.
fn with_fields(chain: &Chain<'_>, first: usize) -> Generics {
    let mut generics = generics::for_interceptor(chain.generics);
    let clause = generics.make_where_clause();
    for field in chain.links().into_iter().skip(first) {
        let (ty, bound) = (field.ty, interceptor_at(field.ty));
        clause.predicates.push(parse_quote! { #ty: #bound });
    }
    generics
}

/// `__p::Interceptor`, from the first to the last token of the field's type: that is what rustc underlines if it is none.
fn interceptor_at(ty: &Type) -> TokenStream {
    let spans: Vec<Span> = ty.to_token_stream().into_iter().map(|token| generics::generated(token.span())).collect();
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return quote! { __p::Interceptor };
    };
    let alias = quote_spanned! {*first=> __p:: };
    let name = quote_spanned! {*last=> Interceptor };
    quote! { #alias #name }
}

/// ```text
/// fn intercept_unary_unary<__N: __p::Next<__p::UnaryUnary>>(
///     &self, __call: __p::Call<__p::UnaryUnary>, __next: __N,
/// ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryUnary>> + __p::Send { … }
/// ```
fn method(kind: Kind, body: &TokenStream) -> TokenStream {
    let (name, call_type) = (kind.method_ident(), kind.type_ident());
    quote! {
        fn #name<__N: __p::Next<__p::#call_type>>(
            &self,
            __call: __p::Call<__p::#call_type>,
            __next: __N,
        ) -> impl __p::Future<Output = __p::CallResult<__p::#call_type>> + __p::Send {
            #body
        }
    }
}
