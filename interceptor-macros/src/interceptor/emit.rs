//! [`Plan`] → tokens. Nothing here can fail.
//!
//! Tokens of ours name everything through `__p`, the one alias of `__private`; locals and parameters of ours start with `__`.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Generics, parse_quote};

use super::args::{Args, Otherwise};
use super::model::{Form, Manner, Method, Plan, Target};
use super::order;
use crate::generics;
use crate::kind::Kind;
use crate::output::{self, Subject};

/// ```text
/// const _: () = {
///     use ::grpc_interceptor::__private as __p;
///     fn __intercept<…>(…) -> … { … }
///     impl __p::Interceptor for Timing { … }
/// };
/// ```
pub(crate) fn interceptor(args: &Args, target: &Target, plan: &Plan) -> TokenStream {
    let through = plan.generic.then(|| generic_call(target, plan.manner));
    let methods = Kind::ALL.into_iter().zip(plan.methods);
    let methods =
        methods.map(|(kind, it)| output::method(kind, &body(args, target, plan, kind, it)));
    let order = order::constant(args, target, &name(args, target));
    let describe = describe(args, target);
    let fallback = fallback(target);
    let (before, items) = (
        quote! { #fallback #through },
        quote! { #order #(#methods)* #describe },
    );
    subject(args, target).implementation(
        &generics::for_interceptor(&target.generics),
        &before,
        &items,
    )
}

/// For a use with mistakes. If the derive for chains stands on the type too, that one sees to it.
pub(crate) fn inert(args: &Args, target: &Target) -> TokenStream {
    if matches!(target.form, Form::Type { chain: Some(_) }) {
        return TokenStream::new();
    }
    subject(args, target).inert(&generics::for_interceptor(&target.generics))
}

fn subject<'a>(args: &'a Args, target: &'a Target) -> Subject<'a> {
    Subject {
        self_type: &target.self_type,
        allowances: &target.allowances,
        crate_path: &args.crate_path,
    }
}

/// Where the function is out of sight it may not be there at all: then its path finds a method of this trait, whose bound says so.
/// Where it is there, nothing uses the trait.
fn fallback(target: &Target) -> Option<TokenStream> {
    matches!(target.form, Form::Type { .. }).then(|| {
        quote! {
            use __p::NoInterceptCall as _;
        }
    })
}

/// Every use of `intercept_call` for all call types goes through this one function, so that rustc reports a mistake in it once.
///
/// ```text
/// fn __intercept<'__s, __T: __p::CallType, __Next: __p::Next<__T>>(
///     __self: &'__s Timing, __call: __p::Call<__T>, __next: __Next,
/// ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
///     __p::intercept_call::<…>(<Timing>::intercept_call, __self, __call, __next)
/// }
/// ```
fn generic_call(target: &Target, manner: Manner) -> TokenStream {
    let generics = with_call_type(generics::for_interceptor(&target.generics));
    let (params, _, clause) = generics.split_for_impl();
    let self_type = &target.self_type;
    let call = call(target, manner, &quote! { __T }, &quote! { __self });
    let (first, last) = (
        generics::generated(target.blame.0),
        generics::generated(target.blame.1),
    );
    let future = quote_spanned! {first=> impl __p::Future<Output = __p::CallResult<__T>> };
    let bound = quote_spanned! {last=> + __p::Send };
    quote! {
        fn __intercept #params(
            __self: &'__s #self_type,
            __call: __p::Call<__T>,
            __next: __Next,
        ) -> #future #bound #clause {
            #call
        }
    }
}

fn with_call_type(mut generics: Generics) -> Generics {
    generics.params.insert(0, parse_quote!('__s));
    generics.params.push(parse_quote!(__T: __p::CallType));
    generics.params.push(parse_quote!(__Next: __p::Next<__T>));
    generics
}

/// ```text
/// __p::intercept_call::<Timing, __T, __Next, _, _, _>(<Timing>::intercept_call, __self, __call, __next)
/// ```
///
/// By path, as `self.intercept_call(…)` would find one through `Deref` too; and through a function that has bounds with our own
/// texts, so that a signature that is out of sight is reported in words that help.
fn call(
    target: &Target,
    manner: Manner,
    call_type: &TokenStream,
    receiver: &TokenStream,
) -> TokenStream {
    let name = Ident::new("intercept_call", target.blame.1);
    call_of(target, &name, manner, call_type, receiver)
}

/// The same of a function of any name.
fn call_of(
    target: &Target,
    name: &Ident,
    manner: Manner,
    call_type: &TokenStream,
    receiver: &TokenStream,
) -> TokenStream {
    let (first, last) = target.blame;
    let self_type = respan(target.self_type.clone(), last);
    let alias = quote_spanned! {first=> __p:: };
    let path = quote_spanned! {last=> #self_type>::#name };
    let open = quote_spanned! {first=> < };
    // Not spanned: where the name comes out of a `macro_rules!`, a local with its span would be another local.
    let arguments = quote! { __call, __next };
    match manner {
        Manner::Async => {
            let function =
                quote_spanned! {last=> intercept_call::<#self_type, #call_type, __Next, _, _, _> };
            quote_spanned! {last=> #alias #function(#open #path, #receiver, #arguments) }
        }
        Manner::Blocking => {
            let function =
                quote_spanned! {last=> blocking_intercept_call::<#self_type, #call_type, _, _, _> };
            let function = quote_spanned! {last=> #alias #function(#open #path, #receiver) };
            quote! { __p::on_a_thread(#function, #arguments) }
        }
    }
}

/// The same tokens in another place.
fn respan(tokens: TokenStream, place: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), respan(group.stream(), place)).into();
        }
        token.set_span(place);
        token
    });
    tokens.collect()
}

/// `<Timing>::intercept_unary_unary(self, __call, __next)`, which is an inherent function: those come before the trait's.
fn own(target: &Target, kind: Kind, manner: Manner) -> TokenStream {
    let (self_type, method) = (&target.self_type, kind.method_ident());
    if manner == Manner::Blocking {
        let call_type = kind.type_ident();
        let call_type = quote! { __p::#call_type };
        return call_of(target, &method, manner, &call_type, &quote! { self });
    }
    quote! { <#self_type>::#method(self, __call, __next) }
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
        Method::Call => {
            let call_type = kind.type_ident();
            let call_type = quote! { __p::#call_type };
            call(target, plan.manner, &call_type, &quote! { self })
        }
        Method::Own(manner) => own(target, kind, manner),
    };
    if plan.partial {
        only_known(&future)
    } else {
        future
    }
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

fn describe(args: &Args, target: &Target) -> TokenStream {
    let name = name(args, target);
    let buffers = args
        .buffers
        .get()
        .map(|kept| quote! { __p::Description::buffers(__description, #kept(self)); });
    let order = order::described(args);
    quote! {
        fn describe(&self, __description: &mut __p::Description) {
            __p::Description::interceptor(__description, #name);
            #buffers
            #order
        }
    }
}

/// What `name = "…"` says, or the type's name.
fn name(args: &Args, target: &Target) -> String {
    args.name
        .get()
        .map_or_else(|| target.name.unraw().to_string(), syn::LitStr::value)
}
