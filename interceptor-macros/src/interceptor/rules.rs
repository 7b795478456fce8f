//! One function a rule, each with its reason.

use proc_macro2::Span;

use super::args::Args;
use super::check::Servers;
use super::model::{Form, Function, Manner, Method, Reach, Target, Written};
use super::signature::SIGNATURE;
use crate::diagnostics::Diagnostics;
use crate::kind::Kind;

/// What the attribute says and what the function says would not be the same.
pub(super) fn not_async_as_well(args: &Args, function: &Function, diagnostics: &Diagnostics) {
    if let (Some(_), Some(token)) = (args.blocking.span(), &function.signature.asyncness) {
        let text = "the attribute says `blocking`: leave out `async` here and take `next: BlockingNext<T>`, or leave out `blocking` there";
        diagnostics.at(token, text);
    }
}

pub(super) fn kinds_are_listed_once(args: &Args, diagnostics: &Diagnostics) {
    let kinds = args.kinds.get().map_or(&[][..], Vec::as_slice);
    for (at, (name, kind)) in kinds.iter().enumerate() {
        if kinds[..at].iter().any(|(_, earlier)| earlier == kind) {
            diagnostics.at(name, format_args!("`{name}` is listed twice: keep one"));
        }
    }
}

/// The derive makes the type an interceptor already, out of its fields.
pub(super) fn not_a_chain_as_well(target: &Target, diagnostics: &Diagnostics) {
    if let Form::Type {
        chain: Some(derive),
    } = &target.form
    {
        let text = "`#[grpc_interceptor]` and `#[derive(InterceptorChain)]` both make this type an interceptor: keep the derive for a chain of its fields, or the attribute for its `intercept_call`";
        diagnostics.at(derive, text);
    }
}

/// The macro runs before `#[cfg]` inside the block is looked at, so the method might be gone when it is called.
pub(super) fn not_conditional(function: &Function, diagnostics: &Diagnostics) {
    if let Some(cfg) = &function.cfg {
        let text = format!(
            "`{}` may not have a `#[cfg]` of its own: put it on the whole impl block, or inside the body",
            function.signature.ident
        );
        diagnostics.at(cfg, text);
    }
}

/// Without `intercept_call` the four methods must be there by hand, or some of them, with a word about the others.
pub(super) fn something_is_called(
    args: &Args,
    target: &Target,
    own: &[(Kind, Manner)],
    diagnostics: &Diagnostics,
) -> bool {
    if let Some(span) = args.kinds.span() {
        let text = "`kinds` says what `intercept_call` is for, and this impl block has no `intercept_call`";
        diagnostics.push(syn::Error::new(span, text));
    }
    let enough = own.len() == 4 || (args.otherwise.get().is_some() && !own.is_empty());
    if !enough {
        let text = format!("this impl block has no `intercept_call`: write `{SIGNATURE}`");
        diagnostics.at(&target.name, text);
    }
    enough
}

/// `kinds` narrows a generic `intercept_call`; it cannot widen one that is written for one call type.
pub(super) fn kinds_agree_with_the_signature(
    args: &Args,
    call: &Written,
    diagnostics: &Diagnostics,
) {
    let Reach::One(only) = call.reach else { return };
    let kinds = args.kinds.get().map_or(&[][..], Vec::as_slice);
    for (name, _) in kinds.iter().filter(|(_, kind)| *kind != only) {
        let text = format!(
            "`intercept_call` takes `Call<{}>` and cannot serve `{name}`: leave it out here, or write `intercept_call<T: CallType>` with `Call<T>`",
            only.type_name(),
        );
        diagnostics.at(name, text);
    }
}

/// A call type that skips an interceptor in silence is a security hole.
pub(super) fn every_kind_is_spoken_for(
    args: &Args,
    servers: &Servers,
    planned: [Option<Method>; 4],
    diagnostics: &Diagnostics,
) {
    const WAYS: &str = "`otherwise = reject` to end such calls with UNIMPLEMENTED, or `otherwise = pass` to let them go by unseen";
    let silent = Kind::ALL
        .into_iter()
        .zip(planned)
        .filter(|(_, method)| method.is_none());
    let silent: Vec<String> = silent
        .map(|(kind, _)| format!("`{}`", kind.argument()))
        .collect();
    let text = match silent.len() {
        0 => return,
        4 => format!(
            "this bound leaves some call types out: say with `kinds(…)` which ones are left, and about the others {WAYS}"
        ),
        _ => format!("nothing is said about {}: add {WAYS}", silent.join(", ")),
    };
    match servers.call.as_ref().and_then(|call| call.limit.as_ref()) {
        Some(limit) => diagnostics.at(limit, text),
        None => diagnostics.push(syn::Error::new(
            args.kinds.span().unwrap_or_else(Span::call_site),
            text,
        )),
    }
}

/// It would read as if some calls were left out when none is.
pub(super) fn otherwise_has_something_to_decide(
    args: &Args,
    partial: bool,
    diagnostics: &Diagnostics,
) {
    if let (Some(span), false) = (args.otherwise.span(), partial) {
        let text = "`otherwise` has nothing to decide, as the interceptor takes all four call types: leave it out, or say with `kinds(…)` which ones it is for";
        diagnostics.push(syn::Error::new(span, text));
    }
}
