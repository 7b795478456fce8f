//! Conditions: which calls a field sees, in the chain, in descriptions and in checks.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::super::model::{Chain, Field};
use super::super::pattern::{Pattern, Selector};

/// `const __ONLY_1: &[__p::Pattern] = &[…];` for each field that has some.
pub(super) fn patterns(chain: &Chain<'_>) -> TokenStream {
    let links = chain.links();
    let fields = links.iter().enumerate();
    fields
        .flat_map(|(at, field)| {
            lists(field, at)
                .into_iter()
                .map(|(name, list)| constant(&name, list))
        })
        .collect()
}

/// The lists of a field and the names of their constants: first `only`, then `except`.
fn lists<'a>(field: &'a Field<'_>, at: usize) -> Vec<(Ident, &'a [Selector])> {
    let only = field
        .options
        .only
        .get()
        .map(|list| (format_ident!("__ONLY_{at}"), &list[..]));
    let except = field
        .options
        .except
        .get()
        .map(|list| (format_ident!("__EXCEPT_{at}"), &list[..]));
    only.into_iter().chain(except).collect()
}

fn constant(name: &Ident, list: &[Selector]) -> TokenStream {
    let patterns = list.iter().map(selector);
    quote! { const #name: &[__p::Pattern] = &[#(#patterns),*]; }
}

fn selector(selector: &Selector) -> TokenStream {
    match selector {
        Selector::Text(text) => pattern(text),
        Selector::Constant(path) => quote! { #path },
    }
}

fn pattern(pattern: &Pattern) -> TokenStream {
    let service = &pattern.service;
    if let Some(method) = &pattern.method {
        quote! { __p::Pattern::method(#service, #method) }
    } else {
        quote! { __p::Pattern::service(#service) }
    }
}

/// Whether the field sees `__call`; `None` if it sees every call.
pub(super) fn condition(field: &Field<'_>, at: usize) -> Option<TokenStream> {
    let side = side(field).map(|side| quote! { __p::Call::side(&__call) == __p::Side::#side });
    let only = field
        .options
        .only
        .get()
        .map(|_| any(&format_ident!("__ONLY_{at}")));
    let except = field.options.except.get().map(|_| {
        let any = any(&format_ident!("__EXCEPT_{at}"));
        quote! { !#any }
    });
    let all: Vec<TokenStream> = side.into_iter().chain(only).chain(except).collect();
    (!all.is_empty()).then(|| quote! { #(#all)&&* })
}

/// `{ static __LIST: __p::Patterns = __p::Patterns { list: __ONLY_1 }; __p::Patterns::any(&__LIST, …) }`
///
/// A static, because which methods it selects is kept under its address.
fn any(list: &Ident) -> TokenStream {
    quote! {{
        static __LIST: __p::Patterns = __p::Patterns { list: #list };
        __p::Patterns::any(&__LIST, __p::Call::method(&__call))
    }}
}

pub(super) fn side(field: &Field<'_>) -> Option<Ident> {
    if field.options.client.get().is_some() {
        Some(format_ident!("Client"))
    } else {
        field.options.server.get().map(|()| format_ident!("Server"))
    }
}

/// ```text
/// fn describe(&self, __description: &mut __p::Description) {
///     __p::Description::chain(__description, "Edge", |__description| { … });
/// }
/// ```
pub(super) fn describe(chain: &Chain<'_>) -> TokenStream {
    let name = chain.name.unraw().to_string();
    let links = chain.links();
    let fields = links
        .iter()
        .enumerate()
        .map(|(at, field)| describe_field(field, at));
    quote! {
        fn describe(&self, __description: &mut __p::Description) {
            __p::Description::chain(__description, #name, |__description| { #(#fields)* });
        }
    }
}

fn describe_field(field: &Field<'_>, at: usize) -> TokenStream {
    let member = &field.member;
    let plain = quote! { __p::Interceptor::describe(&self.#member, __description); };
    let plain = match field.options.allow_order.get() {
        Some(()) => {
            quote! { __p::Description::unchecked(__description, |__description| { #plain }); }
        }
        None => plain,
    };
    if !field.options.select() {
        return plain;
    }
    let selection = selection(field, at);
    quote! { __p::Description::select(__description, #selection, |__description| { #plain }); }
}

/// `__p::Selection::every().on(__p::Side::Server).only(__ONLY_1)`
fn selection(field: &Field<'_>, at: usize) -> TokenStream {
    let side = side(field).map(|side| quote! { .on(__p::Side::#side) });
    let only = field.options.only.get().map(|_| {
        let list = format_ident!("__ONLY_{at}");
        quote! { .only(#list) }
    });
    let except = field.options.except.get().map(|_| {
        let list = format_ident!("__EXCEPT_{at}");
        quote! { .except(#list) }
    });
    quote! { __p::Selection::every() #side #only #except }
}

/// ```text
/// fn check(&self, __methods: &__p::Methods, __side: __p::Side) -> __p::Result<(), __p::ConfigError> { … }
/// ```
pub(super) fn check(chain: &Chain<'_>) -> TokenStream {
    let links = chain.links();
    let fields = links
        .iter()
        .enumerate()
        .map(|(at, field)| check_field(chain, field, at));
    quote! {
        fn check(&self, __methods: &__p::Methods, __side: __p::Side) -> __p::Result<(), __p::ConfigError> {
            #(#fields)*
            __p::Ok(())
        }
    }
}

/// The patterns of a field, then the field itself; on the one side where it is part of the chain.
fn check_field(chain: &Chain<'_>, field: &Field<'_>, at: usize) -> TokenStream {
    let label = format!("{}.{}", chain.name.unraw(), field.label());
    let lists = lists(field, at).into_iter().map(|(name, _)| name);
    let member = &field.member;
    let checks = quote! {
        #(__p::check_patterns(#lists, __methods, #label)?;)*
        __p::Interceptor::check(&self.#member, __methods, __side)?;
    };
    match side(field) {
        Some(side) => quote! { if __side == __p::Side::#side { #checks } },
        None => checks,
    }
}
