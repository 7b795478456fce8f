//! Reads the signature of `intercept_call`, or of a method written by hand, and says what is wrong with it.

mod arguments;
mod types;

use syn::{ReturnType, Signature, Type};

use super::bounds;
use super::model::{Function, Role, Target, Written};
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
    reading.is_async();
    reading.takes_self_by_reference();
    let (call, next) = reading.two_arguments()?;
    let (subject, written) = reading.call_type(call)?;
    reading.runs_the_same_call(next, subject);
    reading.promises_no_more_of_next(next);
    reading.answers_the_same_call(subject);
    reading.every_parameter_is_known();
    Some(written)
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

    /// Without `async` it is a blocking definition, for which a later issue builds the bridge.
    fn is_async(&self) {
        if self.is_blocking() {
            let name = &self.signature.ident;
            let text = format!(
                "write `async fn {name}`: blocking definitions, without `async`, are not there yet"
            );
            self.diagnostics.at(self.signature.fn_token, text);
        }
    }

    fn is_blocking(&self) -> bool {
        self.signature.asyncness.is_none() && !self.returns_a_future()
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
        format!("&self, call: Call<{kind}>, next: impl Next<{kind}>")
    }
}
