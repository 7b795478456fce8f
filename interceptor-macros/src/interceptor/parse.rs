//! Tokens → [`Target`]. Bodies stay tokens, so that code that is being typed still expands.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Meta, Token, Type, Visibility, braced};

use super::functions;
use super::model::{Form, Functions, Role, Target};
use crate::generics::{allowances, with_static};

const PLACES: &str =
    "`#[grpc_interceptor]` goes on a struct, an enum, or the impl block that has `intercept_call`";

impl Parse for Target {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        if input.peek(Token![struct]) || input.peek(Token![enum]) {
            data_type(&attributes, input)
        } else if input.peek(Token![impl]) {
            impl_block(&attributes, input)
        } else {
            Err(elsewhere(input))
        }
    }
}

fn elsewhere(input: ParseStream<'_>) -> syn::Error {
    let place = input.span();
    let rest: Vec<TokenTree> = input
        .parse()
        .map(TokenStream::into_iter)
        .into_iter()
        .flatten()
        .collect();
    let is_function = rest
        .iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
    let way_out = if is_function {
        ": make this function the `intercept_call` of a struct"
    } else {
        ""
    };
    syn::Error::new(place, format!("{PLACES}{way_out}"))
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
    let self_type = with_static(&generics, quote! { #name #arguments });
    let allowances = allowances(attributes);
    let chain = attributes
        .iter()
        .find(|it| derives_chain(it))
        .map(ToTokens::to_token_stream);
    let blame = (name.span(), name.span());
    Ok(Target {
        generics,
        allowances,
        self_type,
        name,
        blame,
        form: Form::Type { chain },
    })
}

fn derives_chain(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let mut words = list.tokens.clone().into_iter();
    list.path.is_ident("derive")
        && words.any(|it| matches!(it, TokenTree::Ident(word) if word == "InterceptorChain"))
}

/// `impl<P: Policy> Timing<P> where … { … }`
fn impl_block(attributes: &[Attribute], input: ParseStream<'_>) -> syn::Result<Target> {
    input.parse::<Token![impl]>()?;
    let mut generics: Generics = input.parse()?;
    let self_type: Type = input.parse()?;
    if input.peek(Token![for]) {
        return Err(of_a_trait(&self_type, input));
    }
    generics.where_clause = input.parse()?;
    let body;
    braced!(body in input);
    let functions = functions::read(&body)?;
    let name = type_name(&self_type)?;
    let blame = blame(&name, &functions);
    let self_type = with_static(&generics, self_type.into_token_stream());
    let allowances = allowances(attributes);
    Ok(Target {
        generics,
        allowances,
        self_type,
        name,
        blame,
        form: Form::Impl(functions),
    })
}

/// What is left for types to show is the return type, which may be an alias of anything.
fn blame(name: &Ident, functions: &Functions) -> (Span, Span) {
    let call = functions.found.iter().find(|it| it.role == Role::Call);
    let output = call.map(|it| it.signature.output.to_token_stream());
    let spans: Vec<Span> = output
        .into_iter()
        .flatten()
        .map(|token| token.span())
        .collect();
    match (spans.get(2), spans.last()) {
        (Some(first), Some(last)) => (*first, *last),
        _ => (name.span(), name.span()),
    }
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
    .ok_or_else(|| {
        syn::Error::new_spanned(
            self_type,
            "an interceptor is a type with a name: a struct or an enum",
        )
    })
}
