//! What stands between the parentheses of `#[grpc_interceptor(…)]`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitStr, Path, Token, parenthesized};

use crate::diagnostics::Diagnostics;
use crate::kind::Kind;
use crate::slot::Slot;
use crate::{crate_path, split};

/// What happens to the call types that the interceptor is not written for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Otherwise {
    Pass,
    Reject,
}

pub(crate) struct Args {
    /// Each kind with the token that names it, in the order of the source.
    pub(crate) kinds: Slot<Vec<(Ident, Kind)>>,
    pub(crate) otherwise: Slot<Otherwise>,
    pub(crate) blocking: Slot<()>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) crate_path: Slot<Path>,
}

/// Never fails: an argument that is wrong is reported and left out.
pub(crate) fn parse(tokens: TokenStream, diagnostics: &Diagnostics) -> Args {
    let mut args = Args {
        kinds: Slot::new("kinds"),
        otherwise: Slot::new("otherwise"),
        blocking: Slot::new("blocking"),
        name: Slot::new("name"),
        crate_path: Slot::new("crate"),
    };
    for part in split::at_commas(tokens) {
        let argument = |input: ParseStream<'_>| args.argument(input, diagnostics);
        diagnostics.ok(argument.parse2(part));
    }
    args
}

// === impl Args ===

impl Args {
    fn argument(&mut self, input: ParseStream<'_>, diagnostics: &Diagnostics) -> syn::Result<()> {
        let key = Ident::parse_any(input)?;
        let span = key.span();
        match key.to_string().as_str() {
            "kinds" => self.kinds.set(span, kinds(input, span)?, diagnostics),
            "otherwise" => self.otherwise.set(span, otherwise(input)?, diagnostics),
            "blocking" => self.blocking.set(span, (), diagnostics),
            "name" => self.name.set(span, name(input)?, diagnostics),
            "crate" => self.crate_path.set(span, path(input)?, diagnostics),
            _ => return Err(unknown(&key, input)),
        }
        Ok(())
    }
}

/// `kinds(unary_unary, unary_stream)`
fn kinds(input: ParseStream<'_>, key: Span) -> syn::Result<Vec<(Ident, Kind)>> {
    const EXAMPLE: &str = "`kinds` lists call types: `kinds(unary_unary, unary_stream)`";
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(key, EXAMPLE));
    }
    let list;
    parenthesized!(list in input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&list)?;
    if names.is_empty() {
        return Err(syn::Error::new(key, EXAMPLE));
    }
    names.into_iter().map(kind).collect()
}

fn kind(name: Ident) -> syn::Result<(Ident, Kind)> {
    const KINDS: &str = "a call type is `unary_unary`, `unary_stream`, `stream_unary` or `stream_stream`";
    match Kind::from_argument(&name) {
        Some(kind) => Ok((name, kind)),
        None => Err(syn::Error::new(name.span(), KINDS)),
    }
}

/// `= pass` or `= reject`
fn otherwise(input: ParseStream<'_>) -> syn::Result<Otherwise> {
    const WORDS: &str = "`otherwise` is `pass`, which lets the other call types go by unseen, or `reject`, which ends them with UNIMPLEMENTED";
    input.parse::<Token![=]>()?;
    let word = Ident::parse_any(input)?;
    match word.to_string().as_str() {
        "pass" => Ok(Otherwise::Pass),
        "reject" => Ok(Otherwise::Reject),
        _ => Err(syn::Error::new(word.span(), WORDS)),
    }
}

/// `= "timing"`
fn name(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// `= interceptor_core`
fn path(input: ParseStream<'_>) -> syn::Result<Path> {
    input.parse::<Token![=]>()?;
    crate_path::parse(input)
}

fn unknown(key: &Ident, input: ParseStream<'_>) -> syn::Error {
    // What follows belongs to the unknown key; left unread it would be an error of its own.
    let _rest: syn::Result<TokenStream> = input.parse();
    let text = format!("`{key}` is not an argument: write `kinds(…)`, `otherwise = …`, `name = \"…\"` or `crate = …`");
    syn::Error::new(key.span(), text)
}
