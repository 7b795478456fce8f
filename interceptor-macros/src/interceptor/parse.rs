//! Tokens → [`Target`]. Bodies stay tokens, so that code that is being typed still expands.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Meta, Signature, Token, Type, Visibility, braced, token};

use super::model::{Form, Function, Functions, Role, Target};
use crate::kind::Kind;

const PLACES: &str = "`#[grpc_interceptor]` goes on a struct, an enum, or the impl block that has `intercept_call`";

impl Parse for Target {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        if input.peek(Token![struct]) || input.peek(Token![enum]) {
            data_type(&attributes, input)
        } else if input.peek(Token![impl]) {
            impl_block(input)
        } else {
            Err(elsewhere(input))
        }
    }
}

fn elsewhere(input: ParseStream<'_>) -> syn::Error {
    let keyword = input.parse::<TokenTree>().ok();
    let _rest: syn::Result<TokenStream> = input.parse();
    syn::Error::new(keyword.span(), PLACES)
}

/// `struct Timing<P: Policy>(P) where …;`: the header; fields and variants are nobody's business.
fn data_type(attributes: &[Attribute], input: ParseStream<'_>) -> syn::Result<Target> {
    input.parse::<TokenTree>()?;
    let name: Ident = input.parse()?;
    let mut generics: Generics = input.parse()?;
    while !input.is_empty() {
        if input.peek(Token![where]) {
            generics.where_clause = input.parse()?;
        } else {
            input.parse::<TokenTree>()?;
        }
    }
    let (_, arguments, _) = generics.split_for_impl();
    let self_type = quote! { #name #arguments };
    let chain = attributes.iter().find(|it| derives_chain(it)).map(Spanned::span);
    Ok(Target { generics, self_type, name, form: Form::Type { chain } })
}

fn derives_chain(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let mut words = list.tokens.clone().into_iter();
    list.path.is_ident("derive")
        && words.any(|it| matches!(it, TokenTree::Ident(word) if word == "InterceptorChain"))
}

/// `impl<P: Policy> Timing<P> where … { … }`
fn impl_block(input: ParseStream<'_>) -> syn::Result<Target> {
    input.parse::<Token![impl]>()?;
    let mut generics: Generics = input.parse()?;
    let self_type: Type = input.parse()?;
    if input.peek(Token![for]) {
        return Err(of_a_trait(&self_type, input));
    }
    generics.where_clause = input.parse()?;
    let body;
    braced!(body in input);
    let form = Form::Impl(functions(&body)?);
    let name = type_name(&self_type)?;
    Ok(Target { generics, self_type: self_type.into_token_stream(), name, form })
}

fn of_a_trait(name: &Type, input: ParseStream<'_>) -> syn::Error {
    let _rest: syn::Result<TokenStream> = input.parse();
    let text = "this is an impl of a trait: put `intercept_call` into an `impl` block of the type's own, and `#[grpc_interceptor]` on that";
    syn::Error::new_spanned(name, text)
}

fn type_name(self_type: &Type) -> syn::Result<Ident> {
    match self_type {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        Type::Group(group) => return type_name(&group.elem),
        _ => None,
    }
    .map(|segment| segment.ident.clone())
    .ok_or_else(|| syn::Error::new_spanned(self_type, "an interceptor is a type with a name: a struct or an enum"))
}

/// Reads the signatures that matter and steps over everything else, token by token.
fn functions(body: ParseStream<'_>) -> syn::Result<Functions> {
    let mut functions = Functions::default();
    body.call(Attribute::parse_inner)?;
    while !body.is_empty() {
        let attributes = body.call(Attribute::parse_outer).unwrap_or_default();
        let _: Visibility = body.parse()?;
        match (body.fork().parse::<Signature>(), next_role(body)) {
            (Ok(signature), Some(role)) => {
                let cfg = attributes.iter().find(|it| it.path().is_ident("cfg")).map(Spanned::span);
                functions.found.push(Function { role, cfg, signature });
            }
            (Err(_), Some(_)) => functions.unfinished = true,
            (_, None) => {}
        }
        skip_item(body)?;
    }
    Ok(functions)
}

/// What a function that starts here is to the macro: its name decides.
fn next_role(body: ParseStream<'_>) -> Option<Role> {
    let body = body.fork();
    while body.peek(Token![const]) || body.peek(Token![async]) || body.peek(Token![unsafe]) {
        body.parse::<TokenTree>().ok()?;
    }
    body.parse::<Token![fn]>().ok()?;
    let name: Ident = body.parse().ok()?;
    if name == "intercept_call" {
        Some(Role::Call)
    } else {
        Kind::from_method_name(&name).map(Role::One)
    }
}

/// Up to the end of an item: its `;` or its braces.
fn skip_item(body: ParseStream<'_>) -> syn::Result<()> {
    while !body.is_empty() {
        let last = body.peek(Token![;]) || body.peek(token::Brace);
        body.parse::<TokenTree>()?;
        if last {
            break;
        }
    }
    Ok(())
}
