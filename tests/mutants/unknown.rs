//! What goes wrong with methods that nobody has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use interceptor_core::{BoxInterceptor, Call, CallType, Next, Reply};
use tonic::Status;

use super::{Counted, Mutant, Subject, coverage::only};
use crate::support::chain::one_body;

/// Counts calls by what their peers call them.
#[derive(Debug, Clone, Default)]
struct ByName(Arc<Mutex<HashMap<String, usize>>>);

impl ByName {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let name = call.uri().path().to_owned();
        *self.0.lock().unwrap().entry(name).or_default() += 1;
        next.run(call).await
    }
}

one_body!([] ByName);

pub(crate) fn labels_calls_as_they_come() -> Mutant {
    let counted = || {
        let names = ByName::default();
        Counted {
            interceptor: BoxInterceptor::new(names.clone()),
            series: Box::new(move || names.0.lock().unwrap().len()),
        }
    };
    Mutant {
        subject: Subject::counting("labels_calls_as_they_come", counted),
        law: "P39",
        says: "of 1000 names there are 1000 series, and of one 1",
        breaks: |_, _| true,
        pitfalls: &[39],
    }
}

/// What is in no table has no call type, and goes below by itself.
pub(crate) fn passes_unknown_methods_by() -> Mutant {
    let subject = Subject::new("passes_unknown_methods_by", |side, chain, below| {
        only(side, chain, below, |request| {
            super::kind_of(request).is_some()
        })
    });
    Mutant {
        subject,
        law: "P39",
        says: "/echo.v1.Echo/Nobody was intercepted 0 times",
        breaks: |_, _| true,
        pitfalls: &[39],
    }
}
