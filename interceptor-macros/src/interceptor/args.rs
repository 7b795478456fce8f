//! What stands between the parentheses of `#[grpc_interceptor(…)]`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{LitStr, Path, Token, parenthesized, token};

use super::order::Places;
use crate::diagnostics::Diagnostics;
use crate::kind::Kind;
use crate::slot::Slot;
use crate::{crate_path, order, split};

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
    /// Says what is kept of a call, given `&self`.
    pub(crate) buffers: Slot<Path>,
    /// What it says about its place in a chain.
    pub(crate) places: Places,
    pub(crate) crate_path: Slot<Path>,
}

/// Never fails: an argument that is wrong is reported and left out.
pub(crate) fn parse(tokens: TokenStream, diagnostics: &Diagnostics) -> Args {
    let mut args = Args {
        kinds: Slot::new("kinds"),
        otherwise: Slot::new("otherwise"),
        blocking: Slot::new("blocking"),
        name: Slot::new("name"),
        buffers: Slot::new("buffers"),
        places: Places::new(),
        crate_path: Slot::new("crate"),
    };
    for part in split::at_commas(tokens) {
        split::keyed(part, diagnostics, |key, input| {
            args.argument(key, input, diagnostics)
        });
    }
    args
}

// === impl Args ===

impl Args {
    fn argument(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &Diagnostics,
    ) -> syn::Result<()> {
        let at = key.span();
        match key.to_string().as_str() {
            "kinds" => self.kinds.fill(key, kinds(input, at), input, diagnostics),
            "otherwise" => self
                .otherwise
                .fill(key, otherwise(input, at), input, diagnostics),
            "blocking" => self.blocking.fill(key, Ok(()), input, diagnostics),
            "name" => self.name.fill(key, name(input, at), input, diagnostics),
            "buffers" => self
                .buffers
                .fill(key, buffers(input, at), input, diagnostics),
            "crate" => self
                .crate_path
                .fill(key, crate_path::parse(input, at), input, diagnostics),
            _ => return self.places.argument(key, input, diagnostics),
        }
        Ok(())
    }
}

// === impl Places ===

impl Places {
    fn argument(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &Diagnostics,
    ) -> syn::Result<()> {
        const PROVIDES: &str = "`provides` lists the types that it puts into the extensions of each call: `provides(Claims)`";
        const REQUIRES: &str = "`requires` lists the types that it needs in the extensions of each call: `requires(Claims)`";
        const OUTSIDE: &str = "`outside` lists the roles that it stands outside of: `outside(policy::order::RETRYING)`";
        const INSIDE: &str =
            "`inside` lists the roles that it stands inside of: `inside(policy::order::RETRYING)`";
        let at = key.span();
        let (types, roles) = (order::types, order::roles);
        match key.to_string().as_str() {
            "provides" => (self.provides).fill(key, types(input, at, PROVIDES), input, diagnostics),
            "requires" => (self.requires).fill(key, types(input, at, REQUIRES), input, diagnostics),
            "client_only" => self.client_only.fill(key, Ok(()), input, diagnostics),
            "server_only" => self.server_only.fill(key, Ok(()), input, diagnostics),
            "role" => self.role.fill(key, role(input, at), input, diagnostics),
            "outside" => (self.outside).fill(key, roles(input, at, OUTSIDE), input, diagnostics),
            "inside" => (self.inside).fill(key, roles(input, at, INSIDE), input, diagnostics),
            _ => return Err(unknown(key)),
        }
        Ok(())
    }
}

/// `= policy::order::RETRYING`
fn role(input: ParseStream<'_>, key: Span) -> syn::Result<Path> {
    const EXAMPLE: &str = "`role` names the constant that says what it does in a chain: `role = policy::order::RETRYING`";
    equals(input).map_err(|_| syn::Error::new(key, EXAMPLE))?;
    Path::parse_mod_style(input).map_err(|error| syn::Error::new(error.span(), EXAMPLE))
}

/// `kinds(unary_unary, unary_stream)`
fn kinds(input: ParseStream<'_>, key: Span) -> syn::Result<Vec<(Ident, Kind)>> {
    const EXAMPLE: &str = "`kinds` lists call types: `kinds(unary_unary, unary_stream)`";
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(key, EXAMPLE));
    }
    let list;
    parenthesized!(list in input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&list)?;
    if names.is_empty() {
        return Err(syn::Error::new(key, EXAMPLE));
    }
    split::all(names.into_iter().map(kind))
}

fn kind(name: Ident) -> syn::Result<(Ident, Kind)> {
    const KINDS: &str = "`unary_unary`, `unary_stream`, `stream_unary` or `stream_stream`";
    match Kind::from_argument(&name) {
        Some(kind) => Ok((name, kind)),
        None => Err(syn::Error::new(
            name.span(),
            format!("`{name}` is not a call type: write {KINDS}"),
        )),
    }
}

/// `= pass` or `= reject`
fn otherwise(input: ParseStream<'_>, key: Span) -> syn::Result<Otherwise> {
    const WORDS: &str = "`otherwise` is `pass`, which lets the other call types go by unseen, or `reject`, which ends them with UNIMPLEMENTED";
    equals(input).map_err(|_| syn::Error::new(key, WORDS))?;
    let word = Ident::parse_any(input).map_err(|error| syn::Error::new(error.span(), WORDS))?;
    match word.to_string().as_str() {
        "pass" => Ok(Otherwise::Pass),
        "reject" => Ok(Otherwise::Reject),
        _ => Err(syn::Error::new(word.span(), WORDS)),
    }
}

/// `= "timing"`
fn name(input: ParseStream<'_>, key: Span) -> syn::Result<LitStr> {
    const EXAMPLE: &str =
        "`name` is what logs call the interceptor, in quotes: `name = \"timing\"`";
    equals(input).map_err(|_| syn::Error::new(key, EXAMPLE))?;
    input
        .parse()
        .map_err(|error: syn::Error| syn::Error::new(error.span(), EXAMPLE))
}

/// `= Self::kept`
fn buffers(input: ParseStream<'_>, key: Span) -> syn::Result<Path> {
    const EXAMPLE: &str = "`buffers` names the function that says what is kept of a call, given `&self`: `buffers = Self::kept`";
    equals(input).map_err(|_| syn::Error::new(key, EXAMPLE))?;
    Path::parse_mod_style(input).map_err(|error| syn::Error::new(error.span(), EXAMPLE))
}

/// An equals sign and something after it.
fn equals(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![=]>()?;
    if input.is_empty() {
        Err(input.error(""))
    } else {
        Ok(())
    }
}

fn unknown(key: &Ident) -> syn::Error {
    let text = format!(
        "`{key}` is not an argument: write `kinds(…)`, `otherwise = …`, `blocking`, `name = \"…\"`, `buffers = …`, `provides(…)`, `requires(…)`, `client_only`, `server_only`, `role = …`, `outside(…)`, `inside(…)` or `crate = …`"
    );
    syn::Error::new(key.span(), text)
}
