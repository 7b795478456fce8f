//! What stands between the parentheses of `#[blocking_service(…)]` and of `#[blocking(…)]` on a function.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Meta, Path, Token};

use crate::diagnostics::Diagnostics;
use crate::slot::Slot;
use crate::{crate_path, split};

pub(super) struct Args {
    pub(super) default_stubs: Slot<()>,
    pub(super) crate_path: Slot<Path>,
}

/// `#[blocking(stream)]` or `#[blocking(stream = GetURLStream)]`: that the replies are a stream, and the name of its type.
pub(super) struct Stream {
    pub(super) slot: Slot<Option<Ident>>,
}

/// Never fails: an argument that is wrong is reported and left out.
pub(super) fn parse(tokens: TokenStream, diagnostics: &Diagnostics) -> Args {
    let mut args = Args {
        default_stubs: Slot::new("default_stubs"),
        crate_path: Slot::new("crate"),
    };
    for part in split::at_commas(tokens) {
        split::keyed(part, diagnostics, |key, input| {
            match key.to_string().as_str() {
                "default_stubs" => args.default_stubs.fill(key, Ok(()), input, diagnostics),
                "crate" => {
                    let path = crate_path::parse(input, key.span());
                    args.crate_path.fill(key, path, input, diagnostics);
                }
                _ => return Err(unknown(key, "write `default_stubs` or `crate = …`")),
            }
            Ok(())
        });
    }
    args
}

/// Those of one function.
pub(super) fn of_function(attributes: &[Attribute], diagnostics: &Diagnostics) -> Stream {
    let mut slot = Slot::new("stream");
    for attribute in attributes {
        let Meta::List(list) = &attribute.meta else {
            let text = "write what the replies are: `#[blocking(stream)]`, or `#[blocking(stream = GetURLStream)]`";
            diagnostics.at(attribute, text);
            continue;
        };
        for part in split::at_commas(list.tokens.clone()) {
            split::keyed(part, diagnostics, |key, input| {
                if key != "stream" {
                    return Err(unknown(key, "write `stream`, or `stream = GetURLStream`"));
                }
                slot.fill(key, name(input, key), input, diagnostics);
                Ok(())
            });
        }
    }
    Stream { slot }
}

/// `= GetURLStream`, or nothing.
fn name(input: ParseStream<'_>, key: &Ident) -> syn::Result<Option<Ident>> {
    const EXAMPLE: &str =
        "`stream` takes the name of the trait's associated type: `stream = GetURLStream`";
    if input.is_empty() {
        return Ok(None);
    }
    input
        .parse::<Token![=]>()
        .map_err(|_| syn::Error::new(key.span(), EXAMPLE))?;
    let place = if input.is_empty() {
        key.span()
    } else {
        input.span()
    };
    Ident::parse_any(input)
        .map(Some)
        .map_err(|_| syn::Error::new(place, EXAMPLE))
}

fn unknown(key: &Ident, words: &str) -> syn::Error {
    syn::Error::new(key.span(), format!("`{key}` is not an argument: {words}"))
}
