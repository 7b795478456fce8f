//! One function a rule, each with its reason; together they decide what each of the four methods does.

use proc_macro2::Span;

use super::args::Args;
use super::model::{Form, Function, Functions, Method, Plan, Reach, Role, Target, Written};
use super::signature;
use crate::diagnostics::Diagnostics;
use crate::kind::Kind;

/// `None` if anything is wrong: then every mistake is in `diagnostics`, or somebody is still typing.
pub(crate) fn plan(args: &Args, target: &Target, diagnostics: &Diagnostics) -> Option<Plan> {
    blocking_comes_later(args, diagnostics);
    kinds_are_listed_once(args, diagnostics);
    let plan = match &target.form {
        Form::Type { chain } => {
            not_a_chain_as_well(*chain, diagnostics);
            methods(args, &of_type(args), diagnostics)
        }
        Form::Impl(functions) if functions.unfinished => None,
        Form::Impl(functions) => methods(args, &of_impl(args, target, functions, diagnostics), diagnostics),
    };
    plan.filter(|_| diagnostics.is_empty())
}

/// Who can serve a call type: `intercept_call`, and methods written by hand.
struct Servers {
    call: Option<Written>,
    own: Vec<Kind>,
}

/// `intercept_call` stands elsewhere, so `kinds` alone says what it is written for.
fn of_type(args: &Args) -> Servers {
    let call = args.kinds.span().map_or(Written::EVERY, |limit| Written { reach: Reach::Some, limit: Some(limit) });
    Servers { call: Some(call), own: Vec::new() }
}

/// A signature that cannot be read is taken to be the plain one, so that the other rules still have their say.
fn of_impl(args: &Args, target: &Target, functions: &Functions, diagnostics: &Diagnostics) -> Servers {
    let mut servers = Servers { call: None, own: Vec::new() };
    for function in &functions.found {
        not_conditional(function, diagnostics);
        let written = signature::read(function, target, diagnostics);
        match function.role {
            Role::Call => servers.call = Some(written.unwrap_or(Written::EVERY)),
            Role::One(kind) => servers.own.push(kind),
        }
    }
    match &servers.call {
        Some(call) => kinds_agree_with_the_signature(args, call, diagnostics),
        None => something_is_called(args, target, &mut servers, diagnostics),
    }
    servers
}

/// What each of the four methods does. Silence about a call type is an error: one that skips an interceptor is a security hole.
fn methods(args: &Args, servers: &Servers, diagnostics: &Diagnostics) -> Option<Plan> {
    let planned = Kind::ALL.map(|kind| method(args, servers, kind));
    let missing: Vec<Kind> = Kind::ALL.into_iter().zip(planned).filter(|(_, it)| it.is_none()).map(|(kind, _)| kind).collect();
    let partial = planned.iter().any(|it| matches!(it, Some(Method::Otherwise(_))));
    every_kind_is_spoken_for(servers, &missing, diagnostics);
    otherwise_has_something_to_decide(args, partial, diagnostics);
    let [Some(a), Some(b), Some(c), Some(d)] = planned else { return None };
    let called = planned.iter().any(|it| matches!(it, Some(Method::Call)));
    let generic = called && !partial && servers.call.is_some_and(|call| call.reach == Reach::Every);
    Some(Plan { methods: [a, b, c, d], generic, partial })
}

fn method(args: &Args, servers: &Servers, kind: Kind) -> Option<Method> {
    if servers.own.contains(&kind) {
        Some(Method::Own)
    } else if servers.call.as_ref().is_some_and(|call| reaches(args, call.reach, kind)) {
        Some(Method::Call)
    } else {
        args.otherwise.get().copied().map(Method::Otherwise)
    }
}

fn reaches(args: &Args, reach: Reach, kind: Kind) -> bool {
    match (args.kinds.get(), reach) {
        (Some(kinds), _) => kinds.iter().any(|(_, listed)| *listed == kind),
        (None, Reach::Every) => true,
        (None, Reach::Some) => false,
        (None, Reach::One(only)) => only == kind,
    }
}

/// A later issue builds the bridge; until then the argument must not be taken in silence.
fn blocking_comes_later(args: &Args, diagnostics: &Diagnostics) {
    if let Some(span) = args.blocking.span() {
        let text = "`blocking` is not there yet: leave it out and write `async fn intercept_call`";
        diagnostics.push(syn::Error::new(span, text));
    }
}

fn kinds_are_listed_once(args: &Args, diagnostics: &Diagnostics) {
    let kinds = args.kinds.get().map_or(&[][..], Vec::as_slice);
    for (at, (name, kind)) in kinds.iter().enumerate() {
        if kinds[..at].iter().any(|(_, earlier)| earlier == kind) {
            diagnostics.at(name, format_args!("`{name}` is listed twice: keep one"));
        }
    }
}

/// The derive makes the type an interceptor already, out of its fields.
fn not_a_chain_as_well(chain: Option<Span>, diagnostics: &Diagnostics) {
    if let Some(span) = chain {
        let text = "`#[grpc_interceptor]` and `#[derive(InterceptorChain)]` both make this type an interceptor: keep the derive for a chain of its fields, or the attribute for its `intercept_call`";
        diagnostics.push(syn::Error::new(span, text));
    }
}

/// The macro runs before `#[cfg]` inside the block is looked at, so the method might be gone when it is called.
fn not_conditional(function: &Function, diagnostics: &Diagnostics) {
    if let Some(span) = function.cfg {
        let text = format!("`{}` may not have a `#[cfg]` of its own: put it on the whole impl block, or inside the body", function.signature.ident);
        diagnostics.push(syn::Error::new(span, text));
    }
}

/// Without `intercept_call` the four methods must be there by hand, or some of them, with a word about the others.
fn something_is_called(args: &Args, target: &Target, servers: &mut Servers, diagnostics: &Diagnostics) {
    if let Some(span) = args.kinds.span() {
        let text = "`kinds` says what `intercept_call` is for, and this impl block has no `intercept_call`";
        diagnostics.push(syn::Error::new(span, text));
    }
    let enough = servers.own.len() == 4 || (args.otherwise.get().is_some() && !servers.own.is_empty());
    if !enough {
        let text = format!("this impl block has no `intercept_call`: write `{}`", signature::SIGNATURE);
        diagnostics.at(&target.name, text);
        servers.call = Some(Written::EVERY);
    }
}

/// `kinds` narrows a generic `intercept_call`; it cannot widen one that is written for one call type.
fn kinds_agree_with_the_signature(args: &Args, call: &Written, diagnostics: &Diagnostics) {
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

fn every_kind_is_spoken_for(servers: &Servers, missing: &[Kind], diagnostics: &Diagnostics) {
    if missing.is_empty() {
        return;
    }
    let names: Vec<String> = missing.iter().map(|kind| format!("`{}`", kind.argument())).collect();
    let text = format!(
        "nothing is said about {}: add `otherwise = reject` to end such calls with UNIMPLEMENTED, or `otherwise = pass` to let them go by unseen",
        names.join(", "),
    );
    let limit = servers.call.as_ref().and_then(|call| call.limit);
    diagnostics.push(syn::Error::new(limit.unwrap_or_else(Span::call_site), text));
}

/// It would read as if some calls were left out when none is.
fn otherwise_has_something_to_decide(args: &Args, partial: bool, diagnostics: &Diagnostics) {
    if let (Some(span), false) = (args.otherwise.span(), partial) {
        let text = "`otherwise` has nothing to decide, as the interceptor takes all four call types: leave it out, or say with `kinds(…)` which ones it is for";
        diagnostics.push(syn::Error::new(span, text));
    }
}
