//! Reads the signature of `intercept_call`, or of a method written by hand, and says what is wrong with it.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{FnArg, PatType, ReturnType, Signature, Type};

use super::bounds;
use super::model::{Function, Reach, Role, Target, Written};
use crate::diagnostics::Diagnostics;
use crate::kind::Kind;

/// What to write, in the words of the documentation.
pub(crate) const SIGNATURE: &str =
    "async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>";

/// `None` if the signature is wrong; every mistake in it is reported.
pub(crate) fn read(function: &Function, target: &Target, diagnostics: &Diagnostics) -> Option<Written> {
    let signature = &function.signature;
    calls_need_no_unsafe(signature, diagnostics);
    is_async(signature, diagnostics);
    takes_self_by_reference(signature, diagnostics);
    let (call, next) = two_arguments(signature, diagnostics)?;
    if swapped(signature, call, next) {
        diagnostics.at(Pair(call, next), "these two are in the wrong order: `call` comes first, `next` last");
        return None;
    }
    let (subject, written) = call_type(function, target, call, diagnostics)?;
    runs_the_same_call(signature, next, subject, diagnostics);
    answers_the_same_call(signature, subject, diagnostics);
    Some(written)
}

/// Two arguments as one stretch of the source, to underline both.
struct Pair<'a>(&'a PatType, &'a PatType);

impl ToTokens for Pair<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
        self.1.to_tokens(tokens);
    }
}

fn calls_need_no_unsafe(signature: &Signature, diagnostics: &Diagnostics) {
    if let Some(token) = &signature.unsafety {
        diagnostics.at(token, format_args!("`{}` is called for every call and cannot be `unsafe`", signature.ident));
    }
}

/// Without `async` it is a blocking definition, for which a later issue builds the bridge.
fn is_async(signature: &Signature, diagnostics: &Diagnostics) {
    if signature.asyncness.is_none() && !returns_a_future(signature) {
        let text = format!("`{}` is an `async fn`; blocking definitions, without `async`, are not there yet", signature.ident);
        diagnostics.at(signature.fn_token, text);
    }
}

fn returns_a_future(signature: &Signature) -> bool {
    let ReturnType::Type(_, output) = &signature.output else { return false };
    let Type::ImplTrait(output) = &**output else { return false };
    bounds::named(&output.bounds, "Future").is_some()
}

/// One interceptor serves many calls at the same time.
fn takes_self_by_reference(signature: &Signature, diagnostics: &Diagnostics) {
    let shared = "one interceptor serves many calls at the same time";
    let Some(receiver) = signature.receiver() else {
        let text = format!("`{}` starts with `&self`: `&self, call: Call<T>, next: impl Next<T>`", signature.ident);
        return diagnostics.at(&signature.ident, text);
    };
    let by_reference = matches!(&*receiver.ty, Type::Reference(it) if it.mutability.is_none() && it.elem.to_token_stream().to_string() == "Self");
    if receiver.mutability.is_some() && receiver.reference.is_some() {
        let text = format!("{shared}: take `&self`, and keep what changes in an atomic or behind a lock");
        diagnostics.at(receiver, text);
    } else if !by_reference {
        diagnostics.at(receiver, format_args!("{shared}: take `&self`"));
    }
}

fn two_arguments<'a>(signature: &'a Signature, diagnostics: &Diagnostics) -> Option<(&'a PatType, &'a PatType)> {
    let arguments: Vec<&PatType> = signature.inputs.iter().filter_map(typed).collect();
    if let [call, next] = arguments[..] {
        return Some((call, next));
    }
    let text = format!("`{}` takes `&self, call: Call<T>, next: impl Next<T>`", signature.ident);
    match arguments.get(2..) {
        Some([first, ..]) => diagnostics.at(first, format_args!("{text}, and nothing else: keep what else it needs in `self`")),
        _ => diagnostics.push(syn::Error::new(signature.paren_token.span.close(), text)),
    }
    None
}

fn typed(argument: &FnArg) -> Option<&PatType> {
    match argument {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    }
}

fn swapped(signature: &Signature, call: &PatType, next: &PatType) -> bool {
    bounds::argument_of(&next.ty, "Call").is_some() && bounds::next_of(signature, &call.ty).is_some()
}

/// The `T` of `Call<T>`, and what it says about the call types that the function is for.
fn call_type<'a>(function: &Function, target: &Target, call: &'a PatType, diagnostics: &Diagnostics) -> Option<(&'a Type, Written)> {
    let Some(subject) = bounds::argument_of(&call.ty, "Call") else {
        diagnostics.at(&call.ty, "the first argument is the call: `call: Call<T>`");
        return None;
    };
    let written = match bounds::kind_of(subject) {
        Some(kind) => of_one(function.role, kind, subject, diagnostics),
        None => of_parameter(&function.signature, target, subject, diagnostics),
    };
    written.map(|written| (subject, written))
}

/// `Call<UnaryUnary>`
fn of_one(role: Role, kind: Kind, subject: &Type, diagnostics: &Diagnostics) -> Option<Written> {
    match role {
        Role::One(expected) if kind != expected => {
            let text = format!("`{}` takes `Call<{}>`", expected.method_name(), expected.type_name());
            diagnostics.at(subject, text);
            None
        }
        _ => Some(Written { reach: Reach::One(kind), limit: Some(subject.span()) }),
    }
}

/// `Call<T>`: a parameter of the function, with the bound `CallType`.
fn of_parameter(signature: &Signature, target: &Target, subject: &Type, diagnostics: &Diagnostics) -> Option<Written> {
    let Some(param) = bounds::declaration(&signature.generics, subject) else {
        diagnostics.at(subject, not_a_parameter(target, subject));
        return None;
    };
    let Some(bound) = bounds::named(bounds::of_parameter(&signature.generics, param), "CallType") else {
        let name = &param.ident;
        diagnostics.at(param, format_args!("`{name}` stands for a call type and needs the bound: `{name}: CallType`"));
        return None;
    };
    if bound.arguments.is_none() {
        Some(Written::EVERY)
    } else {
        Some(Written { reach: Reach::Some, limit: Some(bound.span()) })
    }
}

fn not_a_parameter(target: &Target, subject: &Type) -> &'static str {
    if bounds::declaration(&target.generics, subject).is_some() {
        "the call type belongs to the function, not to the type: write `intercept_call<T: CallType>`"
    } else {
        "`Call<…>` takes a parameter of the function, `T: CallType`, or one of `UnaryUnary`, `UnaryStream`, `StreamUnary`, `StreamStream`"
    }
}

/// `next: impl Next<T>`, of the `T` of `Call<T>`.
fn runs_the_same_call(signature: &Signature, next: &PatType, subject: &Type, diagnostics: &Diagnostics) {
    let name = subject.to_token_stream();
    let Some(bound) = bounds::next_of(signature, &next.ty) else {
        diagnostics.at(&next.ty, format_args!("the last argument is the rest of the chain: `next: impl Next<{name}>`"));
        return;
    };
    if !bounds::only_argument(bound).is_some_and(|it| bounds::same(it, subject)) {
        diagnostics.at(bound, format_args!("`next` runs the call that came in: write `Next<{name}>`, as in `Call<{name}>`"));
    }
}

/// Reports what is certainly no `Result<Reply<T>, Status>`; rustc judges the rest, as aliases may hide anything.
fn answers_the_same_call(signature: &Signature, subject: &Type, diagnostics: &Diagnostics) {
    let name = subject.to_token_stream();
    let text = format!("`{}` returns `Result<Reply<{name}>, Status>`", signature.ident);
    let ReturnType::Type(_, output) = &signature.output else {
        return diagnostics.push(syn::Error::new(signature.paren_token.span.close(), text));
    };
    let reply = match bounds::last_segment(output) {
        Some(segment) if segment.ident == "Reply" => return diagnostics.at(output, text),
        Some(segment) => bounds::only_argument(segment),
        None => None,
    };
    if let Some(answered) = reply.and_then(|it| bounds::argument_of(it, "Reply")) {
        if !bounds::same(answered, subject) {
            diagnostics.at(answered, text);
        }
    }
}
