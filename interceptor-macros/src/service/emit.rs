//! [`Plan`] → tokens. Nothing here can fail.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

use super::args::Args;
use super::model::{Function, Handler, Plan, Receiver, Request, Response, Service};
use crate::crate_path;
use crate::generics::{allowances, generated};

/// ```text
/// impl MyEcho {
///     fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> { … }
/// }
/// ```
///
/// The functions are the type's own, so that they can call each other, and tests can call them, without a runtime. That an
/// argument is not used up, or nothing fails, is not theirs to decide.
pub(super) fn own_functions(service: &Service) -> TokenStream {
    let attributes = service.attributes.iter().filter(|it| {
        it.path()
            .segments
            .last()
            .is_none_or(|it| it.ident != "async_trait")
    });
    let (params, _, clause) = service.generics.split_for_impl();
    let self_type = &service.self_type;
    let functions = service.functions.iter().map(own_function);
    quote! {
        #(#attributes)*
        #[allow(
            clippy::needless_pass_by_value,
            clippy::unnecessary_wraps,
            clippy::unused_self,
            reason = "a generated trait decides the signature"
        )]
        impl #params #self_type #clause {
            #(#functions)*
        }
    }
}

fn own_function(function: &Function) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        body,
        ..
    } = function;
    quote! { #(#attributes)* #visibility #signature #body }
}

/// ```text
/// const _: () = {
///     use ::grpc_interceptor::__private as __p;
///     impl Echo for MyEcho { … }
/// };
/// ```
pub(super) fn implementation(args: &Args, service: &Service, plan: &Plan) -> TokenStream {
    let alias = crate_path::alias(&args.crate_path);
    let stubs = args.default_stubs.span().is_some();
    let types = plan.handlers.iter().filter(|_| !stubs).map(associated_type);
    let methods = plan.handlers.iter().map(|it| method(service, it, stubs));
    let allowances = allowances(&service.attributes);
    let conditions = conditions(&service.attributes);
    let (params, _, clause) = service.generics.split_for_impl();
    let (impl_token, trait_path) = (service.impl_token, &service.trait_path);
    let (for_token, self_type) = (service.for_token, &service.self_type);
    let mut items = TokenStream::new();
    service
        .brace_token
        .surround(&mut items, |items| items.extend(types.chain(methods)));
    quote! {
        #(#conditions)*
        #(#allowances)*
        const _: () = {
            #alias
            #[automatically_derived]
            #impl_token #params #trait_path #for_token #self_type #clause #items
        };
    }
}

/// For a use with mistakes: the trait is used, so that its import is not reported as one more.
pub(super) fn inert(service: &Service) -> TokenStream {
    let trait_path = &service.trait_path;
    quote! {
        const _: () = {
            fn __inert<__S: #trait_path>() {}
        };
    }
}

fn conditions(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|it| it.path().is_ident("cfg"))
}

/// `type ServerStreamStream = __p::Replies<EchoReply>;`
///
/// If the trait has no type of that name, rustc says so where the name comes from; and where the message is written, if it is
/// another than the trait's.
fn associated_type(handler: &Handler) -> TokenStream {
    let Response::Stream {
        name,
        message,
        place,
    } = &handler.response
    else {
        return TokenStream::new();
    };
    let conditions = &handler.conditions;
    let ty = quote_spanned! {generated(*place)=> __p::Replies<#message> };
    quote_spanned! {generated(name.span())=>
        #(#conditions)*
        type #name = #ty;
    }
}

/// What `async_trait`, which generates the trait, makes of an `async fn`:
///
/// ```text
/// fn unary_echo<'life0, 'async_trait>(&'life0 self, __request: Request<EchoRequest>)
///     -> __p::Pin<__p::Box<dyn __p::Future<Output = …> + __p::Send + 'async_trait>>
/// where 'life0: 'async_trait, Self: 'async_trait { __p::Box::pin(…) }
/// ```
fn method(service: &Service, handler: &Handler, stubs: bool) -> TokenStream {
    let (name, conditions) = (&handler.name, &handler.conditions);
    let request = match &handler.request {
        Request::One(ty) => quote! { #ty },
        Request::Stream(message) => quote! { __p::Request<__p::Streaming<#message>> },
    };
    let future = future(&handler.response, stubs);
    let (params, receiver, clause) = match handler.receiver {
        Receiver::Shared => (
            quote! { 'life0, 'async_trait },
            quote! { &'life0 self },
            quote! { 'life0: 'async_trait, Self: 'async_trait },
        ),
        Receiver::Arc => (
            quote! { 'async_trait },
            quote! { self: __p::Arc<Self> },
            quote! { Self: 'async_trait },
        ),
    };
    let body = body(service, handler, stubs);
    quote_spanned! {generated(name.span())=>
        #(#conditions)*
        fn #name<#params>(#receiver, __request: #request) -> #future
        where
            #clause
        {
            __p::Box::pin(#body)
        }
    }
}

/// At the place of what the function says that it returns.
fn future(response: &Response, stubs: bool) -> TokenStream {
    let (output, place) = match response {
        Response::One(ty) => (quote! { #ty }, ty.span()),
        Response::Stream {
            name,
            message,
            place,
        } => {
            let replies = if stubs {
                quote! { __p::BoxStream<#message> }
            } else {
                quote! { Self::#name }
            };
            let output = quote! { __p::Result<__p::Response<#replies>, __p::Status> };
            (output, *place)
        }
    };
    quote_spanned! {generated(place)=>
        __p::Pin<__p::Box<dyn __p::Future<Output = #output> + __p::Send + 'async_trait>>
    }
}

/// ```text
/// __p::Handling::reply(
///     __p::Handling::one(__request),
///     __p::to_a_thread(self),
///     |__service, __request| <MyEcho>::unary_echo(&__service, __request),
/// )
/// ```
fn body(service: &Service, handler: &Handler, stubs: bool) -> TokenStream {
    let handling = match handler.request {
        Request::One(_) => quote! { __p::Handling::one },
        Request::Stream(_) => quote! { __p::Handling::stream },
    };
    let answer = match handler.response {
        Response::One(_) => quote! { reply },
        Response::Stream { .. } if stubs => quote! { boxed_replies },
        Response::Stream { .. } => quote! { replies },
    };
    let place = generated(service.name.span());
    let (this, lent) = match handler.receiver {
        Receiver::Shared => (
            quote_spanned! {place=> __p::to_a_thread(self) },
            quote! { &__service },
        ),
        Receiver::Arc => (quote! { self }, quote! { __service }),
    };
    let (self_type, name) = (&service.self_type, &handler.name);
    quote! {
        __p::Handling::#answer(
            #handling(__request),
            #this,
            |__service, __request| <#self_type>::#name(#lent, __request),
        )
    }
}
