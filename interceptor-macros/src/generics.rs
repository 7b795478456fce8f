//! The generics of the user's type, made fit for `impl Interceptor`.
//!
//! An interceptor is `'static`, so every lifetime parameter of the type is `'static` where it is one, and is written so: a
//! parameter that is bounded by `'static` would be one that lints find unnecessary.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Lifetime, WherePredicate, parse_quote};

/// Without lifetimes and defaults, and with what `Interceptor: Send + Sync + 'static` asks of every type:
///
/// ```text
/// <'a, P: Policy<'a> = Always>   →   <P: Policy<'static>> where P: Send + Sync + 'static
/// ```
pub(crate) fn for_interceptor(generics: &Generics) -> Generics {
    let mut result = Generics::default();
    for param in &generics.params {
        match param {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(param) => {
                let mut param = param.clone();
                (param.eq_token, param.default) = (None, None);
                result.params.push(at_static(generics, &param));
            }
            GenericParam::Const(param) => {
                let mut param = param.clone();
                (param.eq_token, param.default) = (None, None);
                result.params.push(at_static(generics, &param));
            }
        }
    }
    let clause = result.make_where_clause();
    let given = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    let given = given.filter(|it| !matches!(it, WherePredicate::Lifetime(_)));
    clause
        .predicates
        .extend(given.map(|predicate| at_static::<WherePredicate>(generics, predicate)));
    clause
        .predicates
        .extend(generics.type_params().map(|param| sendable(&param.ident)));
    result
}

fn sendable(param: &Ident) -> WherePredicate {
    let predicate =
        quote_spanned!(generated(param.span())=> #param: __p::Send + __p::Sync + 'static);
    parse_quote!(#predicate)
}

/// The same syntax with `'static` for every lifetime parameter.
fn at_static<T: syn::parse::Parse>(generics: &Generics, syntax: &impl ToTokens) -> T {
    let tokens = with_static(generics, syntax.to_token_stream());
    parse_quote!(#tokens)
}

/// The same tokens with `'static` for every lifetime parameter, and for `'_`.
pub(crate) fn with_static(generics: &Generics, tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    let replace = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), with_static(generics, group.stream()));
            inner.set_span(group.span());
            after_quote = false;
            inner.into()
        }
        TokenTree::Punct(punct) => {
            after_quote = punct.as_char() == '\'';
            punct.into()
        }
        TokenTree::Ident(ident) if after_quote && is_parameter(generics, &ident) => {
            after_quote = false;
            Ident::new("static", ident.span()).into()
        }
        token => {
            after_quote = false;
            token
        }
    };
    tokens.into_iter().map(replace).collect()
}

fn is_parameter(generics: &Generics, name: &Ident) -> bool {
    let is = |lifetime: &Lifetime| lifetime.ident == *name;
    name == "_" || generics.lifetimes().any(|param| is(&param.lifetime))
}

/// The place of the user's token, so that messages point at it; but known to be generated, so that lints leave it alone.
pub(crate) fn generated(place: Span) -> Span {
    Span::call_site().located_at(place)
}

/// What the user allows themselves, their generated code is allowed too; and to use a type that is deprecated is no news.
pub(crate) fn allowances(attributes: &[Attribute]) -> Vec<Attribute> {
    let deprecated = attributes
        .iter()
        .find(|it| it.path().is_ident("deprecated"));
    let allowed = attributes
        .iter()
        .filter(|it| it.path().is_ident("allow"))
        .cloned();
    allowed
        .chain(deprecated.map(|_| parse_quote!(#[allow(deprecated)])))
        .collect()
}
