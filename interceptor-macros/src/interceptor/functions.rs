//! The functions of an impl block that are the macro's business.

use proc_macro2::{Ident, TokenTree};
use syn::parse::ParseStream;
use syn::{Attribute, Signature, Token, Visibility, token};

use super::model::{Function, Functions, Role};
use crate::kind::Kind;

/// Reads the signatures that matter and steps over everything else, token by token, as any of it may be unfinished.
pub(super) fn read(body: ParseStream<'_>) -> syn::Result<Functions> {
    let mut functions = Functions::default();
    body.call(Attribute::parse_inner)?;
    while !body.is_empty() {
        let attributes = body.call(Attribute::parse_outer).unwrap_or_default();
        let _: Visibility = body.parse()?;
        let Some(role) = next_role(body) else {
            let _skipped: Option<TokenTree> = body.parse()?;
            continue;
        };
        if let Ok(signature) = body.fork().parse::<Signature>() {
            let cfg = attributes.into_iter().find(|it| it.path().is_ident("cfg"));
            functions.found.push(Function {
                role,
                cfg,
                signature,
            });
        } else {
            functions.unfinished = true;
        }
        skip_function(body)?;
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

/// Up to the end of its body, or of its declaration.
fn skip_function(body: ParseStream<'_>) -> syn::Result<()> {
    while !body.is_empty() {
        let last = body.peek(Token![;]) || body.peek(token::Brace);
        body.parse::<TokenTree>()?;
        if last {
            break;
        }
    }
    Ok(())
}
