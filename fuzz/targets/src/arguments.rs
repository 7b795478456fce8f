//! What stands in the parentheses of the attribute and what it stands on.

use proc_macro2::TokenStream;
use syn::{Expr, ExprLit, Lit, Meta, Token, parse::Parser as _, punctuated::Punctuated};

use crate::{chain, interceptor};

/// Recursion follows the nesting of what a user wrote, in rustc as in syn.
const MAX_LEN: usize = 1024;

/// Arguments, and behind a zero the item.
///
/// The item comes out as it went in, and first. What is generated parses if the item does. Arguments that a plain reading
/// finds in order are no error, and others are one. The same goes in twice, and the same comes out.
pub fn arguments(data: &[u8]) {
    let Some(text) = std::str::from_utf8(data)
        .ok()
        .filter(|text| text.len() <= MAX_LEN)
    else {
        return;
    };
    let (arguments, item) = text.split_once('\0').unwrap_or((text, "struct Timing;"));
    if let (Ok(arguments), Ok(item)) = (arguments.parse(), item.parse()) {
        attribute(&arguments, &item);
        derive(&item);
        judges(&arguments);
    }
}

fn attribute(arguments: &TokenStream, item: &TokenStream) {
    let output = interceptor::expand(arguments.clone(), item);
    let text = output.to_string();
    assert_eq!(
        interceptor::expand(arguments.clone(), item).to_string(),
        text
    );
    if !text.contains("compile_error") {
        assert!(
            text.starts_with(&item.to_string()),
            "as it went in:\n{text}"
        );
    }
    parses(item, output);
}

fn derive(item: &TokenStream) {
    let output = chain::expand(item.clone());
    assert_eq!(chain::expand(item.clone()).to_string(), output.to_string());
    parses(item, output);
}

/// Code that is being typed expands too, and then does not parse.
fn parses(item: &TokenStream, output: TokenStream) {
    if syn::parse2::<syn::Item>(item.clone())
        .is_ok_and(|item| !matches!(item, syn::Item::Verbatim(_)))
    {
        let text = output.to_string();
        if let Err(error) = syn::parse2::<syn::File>(output) {
            panic!("{error}:\n{text}");
        }
    }
}

/// With an item that is in order.
fn judges(arguments: &TokenStream) {
    let Some(right) = plain_reading(arguments) else {
        return;
    };
    let output = interceptor::expand(arguments.clone(), &quote::quote! { struct Timing; });
    let complains = output.to_string().contains("compile_error");
    assert_eq!(complains, !right, "{arguments}\n{output}");
}

/// Whether the arguments are in order; none if they are no list of attributes' arguments at all.
fn plain_reading(arguments: &TokenStream) -> Option<bool> {
    let list = Punctuated::<Meta, Token![,]>::parse_terminated
        .parse2(arguments.clone())
        .ok()?;
    let mut keys = Vec::new();
    let mut right = true;
    for argument in &list {
        // Paths and types have rules of their own, which compile-time tests hold.
        let key = argument.path().get_ident()?.to_string();
        right &= match (&*key, argument) {
            ("crate" | "buffers" | "provides" | "requires" | "role" | "outside" | "inside", _) => {
                return None;
            }
            ("blocking" | "client_only" | "server_only", Meta::Path(_)) => true,
            ("kinds", Meta::List(list)) => kinds(&list.tokens, &list.delimiter),
            ("otherwise", Meta::NameValue(it)) => is_word(&it.value, &["pass", "reject"]),
            ("name", Meta::NameValue(it)) => is_text(&it.value),
            _ => false,
        };
        keys.push(key);
    }
    let has = |key: &str| keys.iter().any(|it| it == key);
    let twice = keys
        .iter()
        .enumerate()
        .any(|(at, key)| keys[..at].contains(key));
    Some(
        right
            && !twice
            && has("kinds") == has("otherwise")
            && !(has("client_only") && has("server_only")),
    )
}

fn kinds(list: &TokenStream, delimiter: &syn::MacroDelimiter) -> bool {
    let names = Punctuated::<syn::Ident, Token![,]>::parse_terminated.parse2(list.clone());
    let names: Vec<String> = names
        .into_iter()
        .flatten()
        .map(|it| it.to_string())
        .collect();
    let all = [
        "unary_unary",
        "unary_stream",
        "stream_unary",
        "stream_stream",
    ];
    let twice = names
        .iter()
        .enumerate()
        .any(|(at, name)| names[..at].contains(name));
    matches!(delimiter, syn::MacroDelimiter::Paren(_))
        && !names.is_empty()
        && !twice
        && names.iter().all(|name| all.contains(&&**name))
}

fn is_word(value: &Expr, words: &[&str]) -> bool {
    let Expr::Path(path) = value else {
        return false;
    };
    path.path
        .get_ident()
        .is_some_and(|it| words.contains(&&*it.to_string()))
}

fn is_text(value: &Expr) -> bool {
    matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), attrs }) if attrs.is_empty())
}
