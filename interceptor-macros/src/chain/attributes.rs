//! `#[chain(…)]` on the struct and on its fields.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Attribute, LitStr, Meta, Path, Token};

use super::model::Options;
use super::pattern::Pattern;
use crate::diagnostics::Diagnostics;
use crate::slot::Slot;
use crate::{crate_path, split};

/// `#[chain(crate = …)]`
pub(crate) fn of_struct(attributes: &[Attribute], diagnostics: &Diagnostics) -> Slot<Path> {
    const WORDS: &str = "on the struct itself write `crate = …`; everything else goes on a field";
    let mut slot = Slot::new("crate");
    for part in arguments(attributes, diagnostics) {
        split::keyed(part, diagnostics, |key, input| {
            if key != "crate" {
                return Err(unknown(key, WORDS));
            }
            slot.fill(
                key,
                crate_path::parse(input, key.span()),
                input,
                diagnostics,
            );
            Ok(())
        });
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
    fn argument(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &Diagnostics,
    ) -> syn::Result<()> {
        const WORDS: &str =
            "on a field write `skip`, `client`, `server`, `only = \"…\"` or `except = \"…\"`";
        match key.to_string().as_str() {
            "skip" => self.skip.fill(key, Ok(()), input, diagnostics),
            "client" => self.client.fill(key, Ok(()), input, diagnostics),
            "server" => self.server.fill(key, Ok(()), input, diagnostics),
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

/// `= "/a.A/*" "/b.B/Get"`, each of them reported by itself.
fn patterns(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Pattern>> {
    split::all(literals(key, input)?.iter().map(Pattern::parse))
}

fn literals(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    let example = format!(
        "`{key}` says which methods, in quotes: `{key} = \"/shop.v1.Orders/*\"`, or several strings with commas between them"
    );
    let error = |place| syn::Error::new(place, &example);
    input.parse::<Token![=]>().map_err(|_| error(key.span()))?;
    if input.is_empty() {
        return Err(error(key.span()));
    }
    let mut literals = Vec::new();
    while !input.is_empty() {
        literals.push(
            input
                .parse()
                .map_err(|wrong: syn::Error| error(wrong.span()))?,
        );
    }
    Ok(literals)
}

fn unknown(key: &Ident, advice: &str) -> syn::Error {
    syn::Error::new(
        key.span(),
        format!("`{key}` is not an argument here: {advice}"),
    )
}
