//! The links: one `Next` for each field, which runs that field and hands it the link after it.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, parse_quote};

use super::super::model::{Chain, Field};
use super::{select, with_fields};
use crate::generics;

/// A boxed wall stands before every so many fields. Static nesting meets rustc's recursion limit at about 25 links, and at half of
/// that with conditions, as an error in the user's crate that no line of theirs explains.
const WALL_EVERY: usize = 8;

/// The link type, and what each of its positions does.
pub(super) fn links(chain: &Chain<'_>) -> TokenStream {
    let (definition, clone) = (definition(chain), clone(chain));
    let fields = chain.links();
    let positions = (0..fields.len()).map(|at| position(chain, &fields, at));
    quote! { #definition #clone #(#positions)* }
}

/// What each method of the chain does: start at the first field.
pub(super) fn enter(chain: &Chain<'_>) -> TokenStream {
    let first = construct(chain, 0, &quote! { self }, &quote! { __next });
    let future = quote! { __p::Next::proceed(#first, __call) };
    walled(&future)
}

/// `struct __Link<'__c, P, const __I: usize, __N> where … { chain: &'__c Edge<P>, next: __N }`
///
/// One type for all positions, as the type of what follows is the same for each of them.
fn definition(chain: &Chain<'_>) -> TokenStream {
    let generics = link_generics(chain, generics::for_interceptor(chain.generics), &parse_quote!(const __I: usize));
    let (params, clause) = (&generics.params, &generics.where_clause);
    let self_type = chain.self_type();
    quote! {
        struct __Link<#params> #clause {
            chain: &'__c #self_type,
            next: __N,
        }
    }
}

fn clone(chain: &Chain<'_>) -> TokenStream {
    let generics = link_generics(chain, generics::for_interceptor(chain.generics), &parse_quote!(const __I: usize));
    let mut bounded = generics.clone();
    bounded.make_where_clause().predicates.push(parse_quote!(__N: __p::Clone));
    let (params, _, clause) = bounded.split_for_impl();
    let (_, arguments, _) = generics.split_for_impl();
    quote! {
        impl #params __p::Clone for __Link #arguments #clause {
            fn clone(&self) -> Self {
                Self { chain: self.chain, next: __p::Clone::clone(&self.next) }
            }
        }
    }
}

/// ```text
/// impl<'__c, __T: __p::CallType, __N: __p::Next<__T>> __p::Next<__T> for __Link<'__c, 1, __N> where Retry: __p::Interceptor {
///     fn proceed(self, __call: __p::Call<__T>) -> … { __p::step(&self.chain.retry, __call, <the next link>) }
/// }
/// ```
fn position(chain: &Chain<'_>, fields: &[&Field<'_>], at: usize) -> TokenStream {
    let mut generics = link_generics(chain, with_fields(chain, at), &parse_quote!(__T: __p::CallType));
    generics.make_where_clause().predicates.push(parse_quote!(__N: __p::Next<__T>));
    let (params, _, clause) = generics.split_for_impl();
    let (arguments, hop) = (arguments(chain), hop(chain, fields, at));
    let at = Literal::usize_unsuffixed(at);
    quote! {
        impl #params __p::Next<__T> for __Link<'__c, #arguments #at, __N> #clause {
            fn proceed(self, __call: __p::Call<__T>) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
                #hop
            }
        }
    }
}

/// `__p::step(&self.chain.retry, __call, <the next link>)`
fn hop(chain: &Chain<'_>, fields: &[&Field<'_>], at: usize) -> TokenStream {
    let field = fields[at];
    let member = &field.member;
    let next = if at + 1 < fields.len() {
        construct(chain, at + 1, &quote! { self.chain }, &quote! { self.next })
    } else {
        quote! { self.next }
    };
    let step = match select::condition(field, at) {
        None => quote! { __p::step(&self.chain.#member, __call, #next) },
        Some(selected) => quote! { __p::step_if(#selected, &self.chain.#member, __call, #next) },
    };
    if at > 0 && at % WALL_EVERY == 0 { walled(&step) } else { step }
}

/// The box is made inside an `async` block: as an argument of one it would be part of its type, and the wall no wall.
fn walled(future: &TokenStream) -> TokenStream {
    quote! { async move { __p::wall(#future).await } }
}

/// `__Link::<P, 1, __N> { chain: self.chain, next: self.next }`
fn construct(chain: &Chain<'_>, at: usize, this: &TokenStream, next: &TokenStream) -> TokenStream {
    let arguments = arguments(chain);
    let at = Literal::usize_unsuffixed(at);
    quote! { __Link::<'_, #arguments #at, __N> { chain: #this, next: #next } }
}

/// `'__c`, the struct's own, `middle`, `__N`.
fn link_generics(_chain: &Chain<'_>, mut generics: Generics, middle: &GenericParam) -> Generics {
    generics.params.insert(0, parse_quote!('__c));
    generics.params.push(middle.clone());
    generics.params.push(parse_quote!(__N));
    generics
}

/// The struct's own arguments, each with its comma.
fn arguments(chain: &Chain<'_>) -> TokenStream {
    let params = chain.generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
        GenericParam::Type(param) => param.ident.to_token_stream(),
        GenericParam::Const(param) => param.ident.to_token_stream(),
    });
    quote! { #(#params,)* }
}
