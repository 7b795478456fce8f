//! [`Plan`] → tokens. Nothing here can fail.
//!
//! Tokens of ours name everything through `__p`, the one alias of `__private`; locals and parameters of ours start with `__`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Generics, parse_quote};

use super::args::{Args, Otherwise};
use super::model::{Method, Plan, Target};
use crate::kind::Kind;
use crate::{crate_path, generics};

/// ```text
/// const _: () = {
///     use ::grpc_interceptor::__private as __p;
///     fn __intercept<…>(…) -> … { … }
///     impl __p::Interceptor for Timing { … }
/// };
/// ```
pub(crate) fn interceptor(args: &Args, target: &Target, plan: &Plan) -> TokenStream {
    let through = plan.generic.then(|| generic_call(target));
    let methods = Kind::ALL.into_iter().zip(plan.methods).map(|(kind, it)| {
        let body = body(args, target, plan, kind, it);
        method(kind, &body)
    });
    let describe = describe(&name(args, target));
    implementation(args, target, &quote! { #through }, &quote! { #(#methods)* #describe })
}

/// For a use with mistakes: the type is an interceptor all the same, so that they are not reported again wherever it is used.
pub(crate) fn inert(args: &Args, target: &Target) -> TokenStream {
    let methods = Kind::ALL.map(|kind| method(kind, &quote! { __p::pass(__call, __next) }));
    implementation(args, target, &TokenStream::new(), &quote! { #(#methods)* })
}

fn implementation(args: &Args, target: &Target, before: &TokenStream, items: &TokenStream) -> TokenStream {
    let alias = crate_path::alias(&args.crate_path);
    let generics = generics::for_interceptor(&target.generics);
    let (params, _, clause) = generics.split_for_impl();
    let self_type = &target.self_type;
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

/// Every use of `intercept_call` for all call types goes through this one function, so that rustc reports a mistake in it once.
///
/// ```text
/// fn __intercept<'__s, __T: __p::CallType, __N: __p::Next<__T>>(
///     __self: &'__s Timing, __call: __p::Call<__T>, __next: __N,
/// ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
///     <Timing>::intercept_call(__self, __call, __next)
/// }
/// ```
fn generic_call(target: &Target) -> TokenStream {
    let generics = with_call_type(generics::for_interceptor(&target.generics));
    let (params, _, clause) = generics.split_for_impl();
    let self_type = &target.self_type;
    let call = by_path(target, &intercept_call(), &quote! { __self });
    quote! {
        fn __intercept #params(
            __self: &'__s #self_type,
            __call: __p::Call<__T>,
            __next: __N,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send #clause {
            #call
        }
    }
}

fn with_call_type(mut generics: Generics) -> Generics {
    generics.params.insert(0, parse_quote!('__s));
    generics.params.push(parse_quote!(__T: __p::CallType));
    generics.params.push(parse_quote!(__N: __p::Next<__T>));
    generics
}

fn intercept_call() -> Ident {
    Ident::new("intercept_call", Span::call_site())
}

/// `<Timing>::intercept_call(self, __call, __next)`: by path, as `self.intercept_call(…)` would find one through `Deref` too.
fn by_path(target: &Target, function: &Ident, receiver: &TokenStream) -> TokenStream {
    let self_type = &target.self_type;
    let mut function = function.clone();
    function.set_span(target.name.span());
    // Not spanned: where the name comes out of a `macro_rules!`, a local with its span would be another local.
    let arguments = quote! { #receiver, __call, __next };
    quote_spanned! {target.name.span()=> <#self_type>::#function(#arguments) }
}

/// What one of the four methods does with `__call` and `__next`.
fn body(args: &Args, target: &Target, plan: &Plan, kind: Kind, method: Method) -> TokenStream {
    let future = match method {
        Method::Otherwise(Otherwise::Pass) => return quote! { __p::pass(__call, __next) },
        Method::Otherwise(Otherwise::Reject) => {
            let name = name(args, target);
            return quote! { __p::reject(__call, #name) };
        }
        Method::Call if plan.generic => quote! { __intercept(self, __call, __next) },
        Method::Call => by_path(target, &intercept_call(), &quote! { self }),
        Method::Own => by_path(target, &kind.method_ident(), &quote! { self }),
    };
    if plan.partial { only_known(&future) } else { future }
}

/// The call type of an unknown path is a guess, and to act on a guess, or to skip the interceptor because of one, would be a hole.
fn only_known(future: &TokenStream) -> TokenStream {
    quote! {
        async move {
            __p::known(&__call)?;
            #future.await
        }
    }
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

fn describe(name: &str) -> TokenStream {
    quote! {
        fn describe(&self, __description: &mut __p::Description) {
            __p::Description::interceptor(__description, #name);
        }
    }
}

/// What `name = "…"` says, or the type's name.
fn name(args: &Args, target: &Target) -> String {
    args.name.get().map_or_else(|| target.name.to_string(), syn::LitStr::value)
}
