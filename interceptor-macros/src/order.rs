//! What is said about order: lists of types and of roles, and the name by which the compiler compares a type.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Generics, Path, Token, Type, parenthesized, token};

use crate::diagnostics::Diagnostics;
use crate::slot::Slot;

/// `(Claims, Tenant)`, after the key.
pub(crate) fn types(input: ParseStream<'_>, key: Span, example: &str) -> syn::Result<Vec<Type>> {
    list::<Type>(input, key, example)
}

/// `(RETRYING, policy::order::RECOVERING)`, after the key.
pub(crate) fn roles(input: ParseStream<'_>, key: Span, example: &str) -> syn::Result<Vec<Path>> {
    let list = list::<Role>(input, key, example)?;
    Ok(list.into_iter().map(|role| role.0).collect())
}

/// A path as it stands in a module: nothing generic.
struct Role(Path);

impl Parse for Role {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Path::parse_mod_style(input).map(Self)
    }
}

fn list<T: Parse>(input: ParseStream<'_>, key: Span, example: &str) -> syn::Result<Vec<T>> {
    let error = |place| syn::Error::new(place, example);
    if !input.peek(token::Paren) {
        return Err(error(key));
    }
    let list;
    parenthesized!(list in input);
    let list =
        Punctuated::<T, Token![,]>::parse_terminated(&list).map_err(|wrong| error(wrong.span()))?;
    if list.is_empty() {
        return Err(error(key));
    }
    Ok(list.into_iter().collect())
}

/// Each of them once.
pub(crate) fn listed_once<T: ToTokens>(slot: &Slot<Vec<T>>, diagnostics: &Diagnostics) {
    let list = slot.get().map_or(&[][..], Vec::as_slice);
    let texts: Vec<String> = list.iter().map(text).collect();
    for (at, item) in list.iter().enumerate() {
        if texts[..at].contains(&texts[at]) {
            let text = format!(
                "`{}` is listed twice: keep one",
                name(item.to_token_stream())
            );
            diagnostics.at(item, text);
        }
    }
}

pub(crate) fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

/// `const { &[__p::ExtensionType::of::<Claims>("Claims")] }`
pub(crate) fn extension_types(types: &[Type], generics: &Generics) -> TokenStream {
    let types = types.iter().map(|ty| extension_type(ty, generics));
    quote! { const { &[#(#types),*] } }
}

fn extension_type(ty: &Type, generics: &Generics) -> TokenStream {
    let tokens = crate::generics::with_static(generics, ty.to_token_stream());
    let name = name(tokens.clone());
    let known = mentions(ty.to_token_stream(), generics).then(|| {
        let head = head(ty, generics);
        quote! { .known_as(#head) }
    });
    quote! { __p::ExtensionType::of::<#tokens>(#name) #known }
}

/// The type as it is written, but for the modules: `auth::Claims` is `Claims`.
fn name(tokens: TokenStream) -> String {
    let mut name = String::new();
    write(tokens, &mut name);
    name
}

fn write(tokens: TokenStream, name: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::Brace => ("{", "}"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                name.push_str(open);
                write(group.stream(), name);
                name.push_str(close);
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                let second = tokens.next_if(|it| is_punct(it, ':')).is_some();
                match tokens.peek() {
                    Some(next) if second && is_punct(next, '<') => {} // `Id::<User>`
                    _ if second => drop_word(name),
                    _ => name.push(':'),
                }
            }
            TokenTree::Punct(punct) => {
                name.push(punct.as_char());
                if matches!(punct.as_char(), ',' | ';') {
                    name.push(' ');
                }
            }
            TokenTree::Ident(word) => push_word(name, &word.to_string()),
            TokenTree::Literal(literal) => push_word(name, &literal.to_string()),
        }
    }
}

fn push_word(name: &mut String, word: &str) {
    if name.ends_with(is_of_a_word) {
        name.push(' ');
    }
    name.push_str(word);
}

/// The module before `::`.
fn drop_word(name: &mut String) {
    let kept = name.trim_end_matches(is_of_a_word).len();
    name.truncate(kept);
}

fn is_of_a_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '#')
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// What of the name does not depend on parameters.
fn head(ty: &Type, generics: &Generics) -> String {
    let Type::Path(path) = ty else {
        return String::new();
    };
    let first = path.path.segments.first();
    if path.qself.is_some() || first.is_some_and(|it| is_parameter(&it.ident, generics)) {
        return String::new();
    }
    let last = path.path.segments.last();
    last.map_or_else(String::new, |it| it.ident.to_string())
}

/// Whether it depends on a parameter.
fn mentions(tokens: TokenStream, generics: &Generics) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), generics),
        TokenTree::Ident(word) => is_parameter(&word, generics),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn is_parameter(word: &Ident, generics: &Generics) -> bool {
    word == "Self"
        || generics.type_params().any(|it| it.ident == *word)
        || generics.const_params().any(|it| it.ident == *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_modules() {
        for (written, expected) in [
            ("Claims", "Claims"),
            ("auth::Claims", "Claims"),
            (
                "::std::collections::HashMap<auth::User, u8>",
                "HashMap<User, u8>",
            ),
            ("Id::<super::User>", "Id<User>"),
            ("Option<&'static str>", "Option<&'static str>"),
            ("[u8; N]", "[u8; N]"),
            ("Arc<dyn auth::Verify + Send>", "Arc<dyn Verify+Send>"),
            ("(a::A, b::B)", "(A, B)"),
        ] {
            assert_eq!(name(written.parse().unwrap()), expected);
        }
    }

    #[test]
    fn a_name_is_known_as_far_as_it_does_not_depend_on_parameters() {
        let generics: Generics = syn::parse_quote!(<A, const N: usize>);
        let of = |text: &str| {
            let ty: Type = syn::parse_str(text).unwrap();
            mentions(ty.to_token_stream(), &generics).then(|| head(&ty, &generics))
        };
        assert_eq!(of("auth::Claims"), None);
        assert_eq!(of("auth::Id<A>").as_deref(), Some("Id"));
        assert_eq!(of("Id<{ N }>").as_deref(), Some("Id"));
        assert_eq!(of("A::Claims").as_deref(), Some(""));
        assert_eq!(of("<A as Authenticate>::Claims").as_deref(), Some(""));
        assert_eq!(of("(A, u8)").as_deref(), Some(""));
    }
}
