//! Decides what each of the four methods does, and asks every rule on the way.

use proc_macro2::Ident;
use quote::ToTokens;

use super::args::Args;
use super::model::{Form, Functions, Manner, Method, Plan, Reach, Role, Target, Written};
use super::{order, rules, signature};
use crate::diagnostics::Diagnostics;
use crate::kind::Kind;

/// `None` if anything is wrong: then every mistake is in `diagnostics`, or somebody is still typing.
pub(crate) fn plan(args: &Args, target: &Target, diagnostics: &Diagnostics) -> Option<Plan> {
    rules::kinds_are_listed_once(args, diagnostics);
    rules::not_a_chain_as_well(target, diagnostics);
    order::check(args, diagnostics);
    let plan = match &target.form {
        Form::Type { .. } => methods(args, &of_type(args), diagnostics),
        Form::Impl(functions) if functions.unfinished => None,
        Form::Impl(functions) => methods(
            args,
            &of_impl(args, target, functions, diagnostics),
            diagnostics,
        ),
    };
    plan.filter(|_| diagnostics.is_empty())
}

/// Who can serve a call type: `intercept_call`, and methods written by hand.
pub(super) struct Servers {
    pub(super) call: Option<Written>,
    pub(super) own: Vec<(Kind, Manner)>,
    /// A signature is wrong, and `call` a guess.
    pub(super) guessed: bool,
}

/// `intercept_call` stands elsewhere, so `kinds` alone says what it is written for.
fn of_type(args: &Args) -> Servers {
    let kinds = args.kinds.span().map(|span| Written {
        reach: Reach::Some,
        limit: Some(Ident::new("kinds", span).into_token_stream()),
        ..Written::EVERY
    });
    let manner = match args.blocking.span() {
        Some(_) => Manner::Blocking,
        None => Manner::Async,
    };
    let call = Written {
        manner,
        ..kinds.unwrap_or(Written::EVERY)
    };
    Servers {
        call: Some(call),
        own: Vec::new(),
        guessed: false,
    }
}

/// A signature that cannot be read is taken to be the plain one, so that the other rules still have their say.
fn of_impl(
    args: &Args,
    target: &Target,
    functions: &Functions,
    diagnostics: &Diagnostics,
) -> Servers {
    let mut servers = Servers {
        call: None,
        own: Vec::new(),
        guessed: false,
    };
    for function in &functions.found {
        rules::not_conditional(function, diagnostics);
        rules::not_async_as_well(args, function, diagnostics);
        let written = signature::read(function, target, diagnostics);
        servers.guessed |= written.is_none();
        let written = written.unwrap_or(Written::EVERY);
        match function.role {
            Role::Call => servers.call = Some(written),
            Role::One(kind) => servers.own.push((kind, written.manner)),
        }
    }
    match &servers.call {
        Some(call) => rules::kinds_agree_with_the_signature(args, call, diagnostics),
        None => {
            if !rules::something_is_called(args, target, &servers.own, diagnostics) {
                servers.call = Some(Written::EVERY);
                servers.guessed = true;
            }
        }
    }
    servers
}

/// What each of the four methods does; while an argument that decides it is wrong, nobody can say.
fn methods(args: &Args, servers: &Servers, diagnostics: &Diagnostics) -> Option<Plan> {
    if args.kinds.is_wrong() || args.otherwise.is_wrong() {
        return None;
    }
    let planned = Kind::ALL.map(|kind| method(args, servers, kind));
    let partial = planned
        .iter()
        .any(|it| matches!(it, Some(Method::Otherwise(_))));
    rules::every_kind_is_spoken_for(args, servers, planned, diagnostics);
    rules::otherwise_has_something_to_decide(args, partial || servers.guessed, diagnostics);
    let [Some(a), Some(b), Some(c), Some(d)] = planned else {
        return None;
    };
    let called = planned.iter().any(|it| matches!(it, Some(Method::Call)));
    let generic = called
        && !partial
        && servers
            .call
            .as_ref()
            .is_some_and(|call| call.reach == Reach::Every);
    let manner = servers.call.as_ref().map_or(Manner::Async, |it| it.manner);
    Some(Plan {
        methods: [a, b, c, d],
        generic,
        manner,
        partial,
    })
}

fn method(args: &Args, servers: &Servers, kind: Kind) -> Option<Method> {
    let own = servers.own.iter().find(|(own, _)| *own == kind);
    if let Some((_, manner)) = own {
        Some(Method::Own(*manner))
    } else if servers
        .call
        .as_ref()
        .is_some_and(|call| reaches(args, call.reach, kind))
    {
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
