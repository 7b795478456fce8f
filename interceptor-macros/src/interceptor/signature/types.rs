//! The call type, and that everything in the signature is about the same one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericParam, PatType, PathSegment, ReturnType, Type, TypeParamBound};

use super::super::bounds;
use super::super::model::{Manner, Reach, Role, Written};
use super::Reading;
use crate::kind::Kind;

// === impl Reading ===

impl<'a> Reading<'a> {
    /// The `T` of `Call<T>`, and what it says about the call types that the function is for.
    pub(super) fn call_type(&self, call: &'a PatType) -> Option<(&'a Type, Written)> {
        let Some(subject) = bounds::argument_of(&call.ty, "Call") else {
            let text = format!(
                "the first argument is the call: `{}` takes `{}`",
                self.signature.ident,
                self.takes()
            );
            self.diagnostics.at(&call.ty, text);
            return None;
        };
        let written = match bounds::kind_of(subject) {
            Some(kind) => self.of_one(kind, subject),
            None => self.of_parameter(subject),
        };
        written.map(|written| (subject, written))
    }

    /// `Call<UnaryUnary>`
    fn of_one(&self, kind: Kind, subject: &Type) -> Option<Written> {
        match self.function.role {
            Role::One(expected) if kind != expected => {
                let text = format!(
                    "`{}` takes `Call<{}>`",
                    expected.method_name(),
                    expected.type_name()
                );
                self.diagnostics.at(subject, text);
                None
            }
            _ => Some(Written {
                reach: Reach::One(kind),
                limit: Some(subject.to_token_stream()),
                ..Written::EVERY
            }),
        }
    }

    /// `Call<T>`: a parameter of the function, with the bound `CallType`.
    fn of_parameter(&self, subject: &Type) -> Option<Written> {
        let Some(param) = bounds::declaration(&self.signature.generics, subject) else {
            self.diagnostics.at(subject, self.not_a_parameter(subject));
            return None;
        };
        let Some(bound) = bounds::named(
            bounds::of_parameter(&self.signature.generics, param),
            "CallType",
        ) else {
            let name = &param.ident;
            let text =
                format!("`{name}` stands for a call type and needs the bound: `{name}: CallType`");
            self.diagnostics.at(param, text);
            return None;
        };
        if bound.arguments.is_none() {
            Some(Written::EVERY)
        } else {
            Some(Written {
                reach: Reach::Some,
                limit: Some(bound.to_token_stream()),
                ..Written::EVERY
            })
        }
    }

    fn not_a_parameter(&self, subject: &Type) -> &'static str {
        if bounds::declaration(&self.target.generics, subject).is_some() {
            "the call type belongs to the function, not to the type: write `intercept_call<T: CallType>`"
        } else {
            "the call type has to be seen here: a parameter of the function, `T: CallType`, or `UnaryUnary`, `UnaryStream`, `StreamUnary` or `StreamStream`"
        }
    }

    /// `next: impl Next<T>`, of the `T` of `Call<T>`.
    pub(super) fn runs_the_same_call(&self, next: &PatType, subject: &Type) {
        let name = subject.to_token_stream();
        let bound = bounds::next_of(self.signature, &next.ty).or_else(|| blocking_next(next));
        let Some(bound) = bound else {
            let written = match self.manner() {
                Manner::Async => format!("impl Next<{name}>"),
                Manner::Blocking => format!("BlockingNext<{name}>"),
            };
            let text = format!("the last argument is the rest of the chain: `next: {written}`");
            return self.diagnostics.at(&next.ty, text);
        };
        if !bounds::only_argument(bound).is_some_and(|it| bounds::same(it, subject)) {
            let text = format!(
                "`next` runs the call that came in: write `{}<{name}>`, as in `Call<{name}>`",
                bound.ident
            );
            self.diagnostics.at(bound, text);
        }
    }

    /// `impl Next<T>` is awaited, `BlockingNext<T>` blocks.
    pub(super) fn takes_next_of_its_manner(&self, next: &PatType, subject: &Type) {
        let (function, name) = (&self.signature.ident, subject.to_token_stream());
        let awaited = bounds::next_of(self.signature, &next.ty).is_some();
        match self.manner() {
            Manner::Blocking if awaited => {
                let text = format!(
                    "write `async fn {function}`; or, for a blocking definition, `next: BlockingNext<{name}>`"
                );
                self.diagnostics.at(self.signature.fn_token, text);
            }
            Manner::Async if blocking_next(next).is_some() => {
                let text = format!(
                    "`BlockingNext` blocks: write `next: impl Next<{name}>`; or leave `async` out, for a blocking definition"
                );
                self.diagnostics.at(&next.ty, text);
            }
            _ => {}
        }
    }

    /// The chain decides what `next` is, and this is all that it promises.
    pub(super) fn promises_no_more_of_next(&self, next: &PatType) {
        for bound in bounds::of_next(self.signature, &next.ty) {
            match bound {
                TypeParamBound::Lifetime(_) => {
                    let text = "`next` borrows from the chain: leave the lifetime out, and run attempts side by side in one task, with `FuturesUnordered` or `join!`, not with `tokio::spawn`";
                    self.diagnostics.at(bound, text);
                }
                TypeParamBound::Trait(it) if !is_promised(&it.path) => {
                    let text = "`next` is `Next<T>`, and with it `Clone + Send + Sync`, but nothing more: leave this bound out";
                    self.diagnostics.at(bound, text);
                }
                _ => {}
            }
        }
    }

    /// Reports what is certainly no `Result<Reply<T>, Status>`; rustc judges the rest, as aliases may hide anything.
    pub(super) fn answers_the_same_call(&self, subject: &Type) {
        let name = subject.to_token_stream();
        let text = format!(
            "`{}` returns `Result<Reply<{name}>, Status>`",
            self.signature.ident
        );
        let ReturnType::Type(_, output) = &self.signature.output else {
            let place = self.signature.paren_token.span.close();
            return self.diagnostics.push(syn::Error::new(place, text));
        };
        let Some(segment) = bounds::last_segment(output) else {
            return;
        };
        if segment.ident == "Reply" {
            return self.diagnostics.at(output, text);
        }
        let answered =
            bounds::only_argument(segment).and_then(|it| bounds::argument_of(it, "Reply"));
        if let Some(answered) = answered.filter(|it| !bounds::same(it, subject)) {
            self.diagnostics.at(answered, text);
        }
    }

    /// Nobody says what a parameter is that no argument mentions.
    pub(super) fn every_parameter_is_known(&self) {
        let inputs = self.signature.inputs.to_token_stream();
        for param in &self.signature.generics.params {
            let name = match param {
                GenericParam::Type(param) => &param.ident,
                GenericParam::Const(param) => &param.ident,
                GenericParam::Lifetime(_) => continue,
            };
            if !mentions(&inputs, name) {
                let text = format!(
                    "no argument says what `{name}` is: leave it out, or make it a parameter of the type"
                );
                self.diagnostics.at(param, text);
            }
        }
    }
}

/// The `BlockingNext<T>` of a blocking definition.
fn blocking_next(next: &PatType) -> Option<&PathSegment> {
    bounds::last_segment(&next.ty).filter(|it| it.ident == "BlockingNext")
}

fn is_promised(path: &syn::Path) -> bool {
    const PROMISED: [&str; 5] = ["Next", "Clone", "Send", "Sync", "Sized"];
    path.segments
        .last()
        .is_some_and(|it| PROMISED.iter().any(|promised| it.ident == promised))
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}
