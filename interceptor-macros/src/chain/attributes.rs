//! `#[chain(…)]` on the struct and on its fields.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Attribute, LitStr, Meta, Path, Token, Type};

use super::model::Options;
use super::pattern::{Selector, Written};
use crate::diagnostics::Diagnostics;
use crate::slot::Slot;
use crate::{crate_path, order, split};

/// `#[chain(requires(Claims), crate = …)]`
pub(crate) fn of_struct(
    attributes: &[Attribute],
    diagnostics: &Diagnostics,
) -> (Slot<Vec<Type>>, Slot<Path>) {
    const WORDS: &str =
        "on the struct itself write `requires(…)` or `crate = …`; everything else goes on a field";
    const REQUIRES: &str = "`requires` lists the types that what stands before this chain provides: `requires(Claims)`";
    let (mut requires, mut crate_path) = (Slot::new("requires"), Slot::new("crate"));
    for part in arguments(attributes, diagnostics) {
        split::keyed(part, diagnostics, |key, input| {
            let at = key.span();
            match key.to_string().as_str() {
                "requires" => {
                    requires.fill(key, order::types(input, at, REQUIRES), input, diagnostics);
                }
                "crate" => crate_path.fill(key, crate_path::parse(input, at), input, diagnostics),
                _ => return Err(unknown(key, WORDS)),
            }
            Ok(())
        });
    }
    order::listed_once(&requires, diagnostics);
    (requires, crate_path)
}

/// `#[chain(only = "/shop.v1.Orders/*", client)]`
pub(crate) fn of_field(attributes: &[Attribute], diagnostics: &Diagnostics) -> Options {
    let mut options = Options {
        skip: Slot::new("skip"),
        client: Slot::new("client"),
        server: Slot::new("server"),
        only: Slot::new("only"),
        except: Slot::new("except"),
        allow_order: Slot::new("allow_order"),
    };
    for part in with_lists(arguments(attributes, diagnostics)) {
        split::keyed(part, diagnostics, |key, input| {
            options.argument(key, input, diagnostics)
        });
    }
    options
}

/// What stands between the parentheses of every `#[chain(…)]`, split at its commas.
fn arguments(attributes: &[Attribute], diagnostics: &Diagnostics) -> Vec<TokenStream> {
    let ours = attributes.iter().filter(|it| it.path().is_ident("chain"));
    ours.flat_map(|attribute| {
        if let Meta::List(list) = &attribute.meta {
            return split::at_commas(list.tokens.clone());
        }
        let text = "write what you want of the field: `#[chain(client)]`, `#[chain(only = \"/shop.v1.Orders/*\")]`";
        diagnostics.at(attribute, text);
        Vec::new()
    })
    .collect()
}

/// Joins `only = "/a.A/*"` with the strings and constants that follow it, which the commas have cut off.
fn with_lists(parts: Vec<TokenStream>) -> Vec<TokenStream> {
    let mut joined: Vec<TokenStream> = Vec::new();
    for part in parts {
        let written = syn::parse2::<Written>(part.clone());
        match joined.last_mut() {
            Some(last) if written.is_ok_and(|it| it.is_in_a_list()) => {
                last.extend(quote! { , #part });
            }
            _ => joined.push(part),
        }
    }
    joined
}

// === impl Options ===

impl Options {
    fn argument(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &Diagnostics,
    ) -> syn::Result<()> {
        const WORDS: &str = "on a field write `skip`, `client`, `server`, `only = \"…\"`, `except = \"…\"` or `allow_order`";
        match key.to_string().as_str() {
            "skip" => self.skip.fill(key, Ok(()), input, diagnostics),
            "client" => self.client.fill(key, Ok(()), input, diagnostics),
            "server" => self.server.fill(key, Ok(()), input, diagnostics),
            "allow_order" => self.allow_order.fill(key, Ok(()), input, diagnostics),
            "only" => self
                .only
                .fill(key, patterns(key, input), input, diagnostics),
            "except" => self
                .except
                .fill(key, patterns(key, input), input, diagnostics),
            _ => return Err(unknown(key, WORDS)),
        }
        Ok(())
    }
}

/// `= "/a.A/*", b::B_GET`, each of them reported by itself.
fn patterns(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Selector>> {
    split::all(written(key, input)?.into_iter().map(Written::read))
}

fn written(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Written>> {
    let example = format!(
        "`{key}` says which methods, in quotes or by a constant: `{key} = \"/shop.v1.Orders/*\"`, `{key} = shop::ORDERS_CREATE`, or several with commas between them"
    );
    let error = |place| syn::Error::new(place, &example);
    input.parse::<Token![=]>().map_err(|_| error(key.span()))?;
    if input.is_empty() {
        return Err(error(key.span()));
    }
    let mut list = Vec::new();
    while !input.is_empty() {
        list.push(
            input
                .parse()
                .map_err(|wrong: syn::Error| error(wrong.span()))?,
        );
        let comma: Option<Token![,]> = input.parse()?;
        if comma.is_none() && !input.is_empty() && !input.peek(LitStr) {
            return Err(error(input.span()));
        }
    }
    Ok(list)
}

fn unknown(key: &Ident, advice: &str) -> syn::Error {
    syn::Error::new(
        key.span(),
        format!("`{key}` is not an argument here: {advice}"),
    )
}
