//! An item with mistakes, put right where a mistake would be reported again and again: a `T` without `T: CallType` would be
//! an error of rustc's at every `Call<T>`, `Next<T>` and `Reply<T>`, although ours has said it already.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;

use super::bounds;
use super::model::{Form, Function, Target};

/// The item, with `bound` on every parameter that stands for a call type and does not say so.
pub(crate) fn item(item: &TokenStream, target: &Target, bound: &TokenStream) -> TokenStream {
    let Form::Impl(functions) = &target.form else {
        return item.clone();
    };
    let unbounded = functions.found.iter().filter_map(unbounded);
    unbounded.fold(item.clone(), |item, (function, param)| {
        in_body(item, function, param, bound)
    })
}

/// The name of the function, and that of the parameter without the bound.
fn unbounded(function: &Function) -> Option<(&Ident, &Ident)> {
    let signature = &function.signature;
    let subject = signature.inputs.iter().find_map(|input| match input {
        syn::FnArg::Typed(argument) => bounds::argument_of(&argument.ty, "Call"),
        syn::FnArg::Receiver(_) => None,
    });
    let param = bounds::declaration(&signature.generics, subject?)?;
    let bounds = bounds::of_parameter(&signature.generics, param);
    bounds::named(bounds, "CallType")
        .is_none()
        .then_some((&signature.ident, &param.ident))
}

/// The body of an impl block is its last token.
fn in_body(item: TokenStream, function: &Ident, param: &Ident, bound: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut() {
        let mut mended = Group::new(
            body.delimiter(),
            in_function(body.stream(), function, param, bound),
        );
        mended.set_span(body.span());
        *body = mended;
    }
    tokens.into_iter().collect()
}

/// `fn intercept_call<T>` → `fn intercept_call<T: …::CallType>`
fn in_function(
    body: TokenStream,
    function: &Ident,
    param: &Ident,
    bound: &TokenStream,
) -> TokenStream {
    let mut mended = TokenStream::new();
    let mut tokens = body.into_iter().peekable();
    let (mut after_name, mut done) = (false, false);
    while let Some(token) = tokens.next() {
        let is_param = after_name && !done && is_ident(&token, param);
        after_name |= is_ident(&token, function);
        mended.extend([token]);
        if is_param {
            let colon = tokens
                .next_if(|token| matches!(token, TokenTree::Punct(it) if it.as_char() == ':'));
            mended.extend(if colon.is_some() {
                quote! { : #bound + }
            } else {
                quote! { : #bound }
            });
            done = true;
        }
    }
    mended
}

fn is_ident(token: &TokenTree, name: &Ident) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}
