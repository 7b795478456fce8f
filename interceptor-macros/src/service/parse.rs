//! Tokens → [`Service`]. Bodies stay tokens, so that code that is being typed still expands.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Path, Signature, Token, Type, Visibility, braced, token};

use super::model::{Function, Other, Service};

const PLACE: &str =
    "`#[blocking_service]` goes on the impl of a generated server trait: `impl Echo for MyEcho`";

impl Parse for Service {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        if !input.peek(Token![impl]) {
            let error = syn::Error::new(input.span(), PLACE);
            let _rest: TokenStream = input.parse()?;
            return Err(error);
        }
        let impl_token = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let (trait_path, for_token) = trait_path(input)?;
        let self_type: Type = input.parse()?;
        generics.where_clause = input.parse()?;
        let name = type_name(&self_type)?;
        let body;
        let brace_token = braced!(body in input);
        let mut service = Self {
            attributes,
            impl_token,
            generics,
            trait_path,
            for_token,
            self_type,
            name,
            brace_token,
            functions: Vec::new(),
            others: Vec::new(),
            unfinished: false,
        };
        while !body.is_empty() {
            service.item(&body)?;
        }
        Ok(service)
    }
}

/// `Echo for`
fn trait_path(input: ParseStream<'_>) -> syn::Result<(Path, Token![for])> {
    let first: Type = input.parse()?;
    if !input.peek(Token![for]) {
        let _rest: TokenStream = input.parse()?;
        return Err(syn::Error::new_spanned(first, PLACE));
    }
    let for_token = input.parse()?;
    Ok((syn::parse2(first.to_token_stream())?, for_token))
}

fn type_name(ty: &Type) -> syn::Result<proc_macro2::Ident> {
    let name = match ty {
        Type::Path(path) => path.path.segments.last().map(|it| it.ident.clone()),
        _ => None,
    };
    name.ok_or_else(|| syn::Error::new_spanned(ty, PLACE))
}

// === impl Service ===

impl Service {
    /// The next function, or whatever else stands there.
    fn item(&mut self, body: ParseStream<'_>) -> syn::Result<()> {
        let (ours, attributes) = body
            .call(Attribute::parse_outer)?
            .into_iter()
            .partition(|it| it.path().is_ident("blocking"));
        let visibility: Visibility = body.parse()?;
        if !begins_function(body) {
            self.others.push(other(body)?);
            return Ok(());
        }
        let signature: Signature = body.parse()?;
        if !body.peek(token::Brace) {
            self.unfinished = true;
            let _semicolon: Option<Token![;]> = body.parse()?;
            return Ok(());
        }
        let body = body.parse::<TokenTree>()?.into_token_stream();
        self.functions.push(Function {
            ours,
            attributes,
            visibility,
            signature,
            body,
        });
        Ok(())
    }
}

fn begins_function(body: ParseStream<'_>) -> bool {
    let body = body.fork();
    while body.peek(Token![const]) || body.peek(Token![async]) || body.peek(Token![unsafe]) {
        if body.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    body.peek(Token![fn])
}

/// Up to its semicolon, or its braces.
fn other(body: ParseStream<'_>) -> syn::Result<Other> {
    let keyword = body.parse::<TokenTree>()?.into_token_stream();
    let mut tokens = keyword.clone();
    while !body.is_empty() {
        let last = body.peek(Token![;]) || body.peek(token::Brace);
        tokens.extend([body.parse::<TokenTree>()?]);
        if last {
            break;
        }
    }
    Ok(Other { keyword, tokens })
}
