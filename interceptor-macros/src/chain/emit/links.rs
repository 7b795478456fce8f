//! The links: one `Next` for each field, which runs that field and hands it the link after it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
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

/// ```text
/// fn enter<__T: __p::CallType, __Next: __p::Next<__T>>(&self, __call: __p::Call<__T>, __next: __Next) -> … {
///     __p::Next::proceed(__Link::<'_, 0, __Next> { chain: self, next: __next }, __call)
/// }
/// ```
pub(super) fn enter(chain: &Chain<'_>) -> TokenStream {
    let first = construct(chain, 0, &quote! { self }, &quote! { __next });
    quote! {
        #[inline]
        fn enter<__T: __p::CallType, __Next: __p::Next<__T>>(
            &self,
            __call: __p::Call<__T>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::Next::proceed(#first, __call)
        }
    }
}

/// What each of the four methods does. They are called where the chain is nested in another, and its size is unknown there: so
/// there is a wall. Layers call `enter`, without it.
pub(super) fn nested() -> TokenStream {
    walled(&quote! { __p::Interceptor::enter(self, __call, __next) })
}

/// `struct __Link<'__c, P, const __I: usize, __Next> where … { chain: &'__c Edge<P>, next: __Next }`
///
/// One type for all positions, as the type of what follows is the same for each of them.
fn definition(chain: &Chain<'_>) -> TokenStream {
    let generics = link_generics(
        generics::for_interceptor(chain.generics),
        &parse_quote!(const __I: usize),
    );
    let (params, clause) = (&generics.params, &generics.where_clause);
    let self_type = chain.self_type();
    quote! {
        struct __Link<#params> #clause {
            chain: &'__c #self_type,
            next: __Next,
        }
    }
}

fn clone(chain: &Chain<'_>) -> TokenStream {
    let generics = link_generics(
        generics::for_interceptor(chain.generics),
        &parse_quote!(const __I: usize),
    );
    let mut bounded = generics.clone();
    bounded
        .make_where_clause()
        .predicates
        .push(parse_quote!(__Next: __p::Clone));
    let (params, _, clause) = bounded.split_for_impl();
    let (_, arguments, _) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params __p::Clone for __Link #arguments #clause {
            fn clone(&self) -> Self {
                Self { chain: self.chain, next: __p::Clone::clone(&self.next) }
            }
        }
    }
}

/// ```text
/// impl<'__c, __T: __p::CallType, __Next: __p::Next<__T>> __p::Next<__T> for __Link<'__c, 1, __Next> where Retry: __p::Interceptor {
///     fn proceed(self, __call: __p::Call<__T>) -> … { __p::step(&self.chain.retry, __call, <the next link>) }
/// }
/// ```
fn position(chain: &Chain<'_>, fields: &[&Field<'_>], at: usize) -> TokenStream {
    let mut generics = link_generics(with_fields(chain, at), &parse_quote!(__T: __p::CallType));
    generics
        .make_where_clause()
        .predicates
        .push(parse_quote!(__Next: __p::Next<__T>));
    let (params, _, clause) = generics.split_for_impl();
    let (arguments, hop) = (arguments(chain), hop(chain, fields, at));
    let at = Literal::usize_unsuffixed(at);
    quote! {
        #[automatically_derived]
        impl #params __p::Next<__T> for __Link<'__c, #arguments #at, __Next> #clause {
            #[inline]
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
    if at > 0 && at.is_multiple_of(WALL_EVERY) {
        walled(&step)
    } else {
        step
    }
}

/// The box is made inside an `async` block: as an argument of one it would be part of its type, and the wall no wall.
fn walled(future: &TokenStream) -> TokenStream {
    quote! { async move { __p::wall(#future).await } }
}

/// `__Link::<P, 1, __Next> { chain: self.chain, next: self.next }`
fn construct(chain: &Chain<'_>, at: usize, this: &TokenStream, next: &TokenStream) -> TokenStream {
    let arguments = arguments(chain);
    let at = Literal::usize_unsuffixed(at);
    quote! { __Link::<'_, #arguments #at, __Next> { chain: #this, next: #next } }
}

/// `'__c`, the struct's own, `middle`, `__Next`.
fn link_generics(mut generics: Generics, middle: &GenericParam) -> Generics {
    generics.params.insert(0, parse_quote!('__c));
    generics.params.push(middle.clone());
    generics.params.push(parse_quote!(__Next));
    generics
}

/// The struct's own arguments but for lifetimes, each with its comma.
fn arguments(chain: &Chain<'_>) -> TokenStream {
    let names = chain
        .generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Lifetime(_) => None,
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
        });
    quote! { #(#names,)* }
}
