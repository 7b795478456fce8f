//! Reads the signature of `intercept_call`, or of a method written by hand, and says what is wrong with it.

mod arguments;
mod types;

use syn::{ReturnType, Signature, Type};

use super::bounds;
use super::model::{Function, Manner, Role, Target, Written};
use crate::diagnostics::Diagnostics;

/// What to write, in the words of the documentation.
pub(crate) const SIGNATURE: &str = "async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>";

/// `None` if the signature is wrong; every mistake in it is reported.
pub(crate) fn read(
    function: &Function,
    target: &Target,
    diagnostics: &Diagnostics,
) -> Option<Written> {
    let reading = Reading {
        function,
        signature: &function.signature,
        target,
        diagnostics,
    };
    reading.calls_need_no_unsafe();
    reading.takes_self_by_reference();
    let (call, next) = reading.two_arguments()?;
    let (subject, written) = reading.call_type(call)?;
    reading.takes_next_of_its_manner(next, subject);
    reading.runs_the_same_call(next, subject);
    reading.promises_no_more_of_next(next);
    reading.answers_the_same_call(subject);
    reading.every_parameter_is_known();
    let manner = reading.manner();
    Some(Written { manner, ..written })
}

/// One function and all that its rules need.
struct Reading<'a> {
    function: &'a Function,
    signature: &'a Signature,
    target: &'a Target,
    diagnostics: &'a Diagnostics,
}

// === impl Reading ===

impl Reading<'_> {
    fn calls_need_no_unsafe(&self) {
        if let Some(token) = &self.signature.unsafety {
            let text = format!(
                "`{}` is called for every call and cannot be `unsafe`",
                self.signature.ident
            );
            self.diagnostics.at(token, text);
        }
    }

    /// Without `async` it is a blocking definition.
    fn manner(&self) -> Manner {
        if self.signature.asyncness.is_some() || self.returns_a_future() {
            Manner::Async
        } else {
            Manner::Blocking
        }
    }

    fn returns_a_future(&self) -> bool {
        let ReturnType::Type(_, output) = &self.signature.output else {
            return false;
        };
        let Type::ImplTrait(output) = &**output else {
            return false;
        };
        bounds::named(&output.bounds, "Future").is_some()
    }

    /// `call: Call<T>, next: impl Next<T>`, as this function has to spell it.
    fn takes(&self) -> String {
        let kind = match self.function.role {
            Role::Call => "T",
            Role::One(kind) => kind.type_name(),
        };
        match self.manner() {
            Manner::Async => format!("&self, call: Call<{kind}>, next: impl Next<{kind}>"),
            Manner::Blocking => format!("&self, call: Call<{kind}>, next: BlockingNext<{kind}>"),
        }
    }
}
