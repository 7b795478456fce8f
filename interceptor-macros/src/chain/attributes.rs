//! `#[chain(…)]` on the struct and on its fields.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, LitStr, Meta, Path, Token};

use super::model::Options;
use super::pattern::Pattern;
use crate::diagnostics::Diagnostics;
use crate::slot::Slot;
use crate::{crate_path, split};

/// `#[chain(crate = …)]`
pub(crate) fn of_struct(attributes: &[Attribute], diagnostics: &Diagnostics) -> Slot<Path> {
    let mut slot = Slot::new("crate");
    for part in arguments(attributes, diagnostics) {
        let argument = |input: ParseStream<'_>| {
            let key = Ident::parse_any(input)?;
            if key != "crate" {
                return Err(unknown(&key, input, "on the struct itself write `crate = …`; everything else goes on a field"));
            }
            input.parse::<Token![=]>()?;
            slot.set(key.span(), crate_path::parse(input)?, diagnostics);
            Ok(())
        };
        diagnostics.ok(argument.parse2(part));
    }
    slot
}

/// `#[chain(only = "/shop.v1.Orders/*", client)]`
pub(crate) fn of_field(attributes: &[Attribute], diagnostics: &Diagnostics) -> Options {
    let mut options = Options {
        skip: Slot::new("skip"),
        client: Slot::new("client"),
        server: Slot::new("server"),
        only: Slot::new("only"),
        except: Slot::new("except"),
    };
    for part in with_lists(arguments(attributes, diagnostics)) {
        let argument = |input: ParseStream<'_>| options.argument(input, diagnostics);
        diagnostics.ok(argument.parse2(part));
    }
    options
}

/// What stands between the parentheses of every `#[chain(…)]`, split at its commas.
fn arguments(attributes: &[Attribute], diagnostics: &Diagnostics) -> Vec<TokenStream> {
    let ours = attributes.iter().filter(|it| it.path().is_ident("chain"));
    ours.flat_map(|attribute| match &attribute.meta {
        Meta::List(list) => split::at_commas(list.tokens.clone()),
        _ => {
            diagnostics.at(attribute, "write what you want of the field: `#[chain(client)]`, `#[chain(only = \"/shop.v1.Orders/*\")]`");
            Vec::new()
        }
    })
    .collect()
}

/// Joins `only = "/a.A/*"` with the strings that follow it, which the commas have cut off.
fn with_lists(parts: Vec<TokenStream>) -> Vec<TokenStream> {
    let mut joined: Vec<TokenStream> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if syn::parse2::<LitStr>(part.clone()).is_ok() => last.extend(part),
            _ => joined.push(part),
        }
    }
    joined
}

// === impl Options ===

impl Options {
    fn argument(&mut self, input: ParseStream<'_>, diagnostics: &Diagnostics) -> syn::Result<()> {
        const WORDS: &str = "on a field write `skip`, `client`, `server`, `only = \"…\"` or `except = \"…\"`";
        let key = Ident::parse_any(input)?;
        let span = key.span();
        match key.to_string().as_str() {
            "skip" => self.skip.set(span, (), diagnostics),
            "client" => self.client.set(span, (), diagnostics),
            "server" => self.server.set(span, (), diagnostics),
            "only" => self.only.set(span, patterns(input, span, diagnostics)?, diagnostics),
            "except" => self.except.set(span, patterns(input, span, diagnostics)?, diagnostics),
            _ => return Err(unknown(&key, input, WORDS)),
        }
        Ok(())
    }
}

/// `= "/a.A/*" "/b.B/Get"`, each of them reported by itself.
fn patterns(input: ParseStream<'_>, key: Span, diagnostics: &Diagnostics) -> syn::Result<Vec<Pattern>> {
    if !(input.peek(Token![=]) && input.peek2(LitStr)) {
        let _rest: syn::Result<TokenStream> = input.parse();
        return Err(syn::Error::new(key, "say which methods: `only = \"/shop.v1.Orders/*\"`, or several strings with commas between them"));
    }
    input.parse::<Token![=]>()?;
    let mut patterns = Vec::new();
    while !input.is_empty() {
        patterns.extend(diagnostics.ok(Pattern::parse(&input.parse()?)));
    }
    Ok(patterns)
}

fn unknown(key: &Ident, input: ParseStream<'_>, advice: &str) -> syn::Error {
    // What follows belongs to the unknown key; left unread it would be an error of its own.
    let _rest: syn::Result<TokenStream> = input.parse();
    syn::Error::new(key.span(), format!("`{key}` is not an argument here: {advice}"))
}
