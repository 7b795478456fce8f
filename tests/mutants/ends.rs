//! What tells of the ends of calls wrongly.

use interceptor_core::{BoxInterceptor, Call, CallType, Next, Reply};
use interceptor_test::laws::body::Log;
use tonic::{Code, Status};

use super::{Mutant, Subject};
use crate::support::chain::one_body;

/// Writes an interceptor that tells a log of ends in a way of its own.
macro_rules! telling {
    ($name:ident, |$log:ident, $call:ident, $next:ident| $body:expr) => {
        #[derive(Debug, Clone)]
        struct $name(Log<Code>);

        impl $name {
            async fn intercept_call<T: CallType>(
                &self,
                $call: Call<T>,
                $next: impl Next<T>,
            ) -> Result<Reply<T>, Status> {
                let $log = self.0.clone();
                $body
            }
        }

        one_body!([] $name);
    };
}

fn code<T: CallType>(result: &Result<Reply<T>, Status>) -> Code {
    result.as_ref().err().map_or(Code::Ok, Status::code)
}

// Its future is dropped, and with it the line behind the await.
telling!(ForgetsTheDropped, |log, call, next| {
    let result = next.run(call).await;
    log.push(code(&result));
    result
});

telling!(TellsTwice, |log, call, next| {
    let ends = log.clone();
    let result = next
        .run(call)
        .on_end(move |end| ends.push(end.code()))
        .await;
    if let Err(status) = &result {
        log.push(status.code());
    }
    result
});

telling!(TellsAtHeaders, |log, call, next| {
    let mut told = Tell(Some(log));
    let result = next.run(call).await;
    told.tell(code(&result));
    result
});

telling!(TakesADropForOk, |log, call, next| {
    next.run(call)
        .on_end(move |end| {
            let is_dropped = end.code() == Code::Cancelled && end.status().is_none();
            log.push(if is_dropped { Code::Ok } else { end.code() });
        })
        .await
});

telling!(TakesNoTrailersForOk, |log, call, next| {
    next.run(call)
        .on_end(move |end| {
            log.push(match end.code() {
                Code::Unknown => Code::Ok,
                code => code,
            });
        })
        .await
});

telling!(NeverTells, |_log, call, next| next.run(call).await);

/// Tells of a drop too, as a guard by hand does.
struct Tell(Option<Log<Code>>);

impl Tell {
    fn tell(&mut self, code: Code) {
        if let Some(log) = self.0.take() {
            log.push(code);
        }
    }
}

impl Drop for Tell {
    fn drop(&mut self) {
        self.tell(Code::Cancelled);
    }
}

fn mutant(
    name: &'static str,
    ends: fn(&Log<Code>) -> BoxInterceptor,
    says: &'static str,
) -> Mutant {
    Mutant {
        subject: Subject::telling(name, ends),
        law: "3",
        says,
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

/// Neither a caller who leaves nor a stream that ends later is told of.
pub(crate) fn forgets_the_dropped() -> Mutant {
    let ends = |log: &Log<Code>| BoxInterceptor::new(ForgetsTheDropped(log.clone()));
    Mutant {
        pitfalls: &[19, 20, 23],
        ..mutant("forgets_the_dropped", ends, "told of [")
    }
}

pub(crate) fn tells_twice() -> Mutant {
    let ends = |log: &Log<Code>| BoxInterceptor::new(TellsTwice(log.clone()));
    Mutant {
        pitfalls: &[35],
        ..mutant("tells_twice", ends, "told of [NotFound, NotFound]")
    }
}

/// A stream's end is taken to be at its headers.
pub(crate) fn tells_at_headers() -> Mutant {
    let ends = |log: &Log<Code>| BoxInterceptor::new(TellsAtHeaders(log.clone()));
    Mutant {
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[2, 18],
        ..mutant(
            "tells_at_headers",
            ends,
            "an error after a message: told of [Ok]",
        )
    }
}

/// A span that is closed when its function returns.
pub(crate) fn closes_a_span_at_headers() -> Mutant {
    let ends = |log: &Log<Code>| BoxInterceptor::new(TellsAtHeaders(log.clone()));
    Mutant {
        law: "P18",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[18],
        ..mutant("closes_a_span_at_headers", ends, "[Ok] was told after 4s")
    }
}

pub(crate) fn takes_a_drop_for_ok() -> Mutant {
    let ends = |log: &Log<Code>| BoxInterceptor::new(TakesADropForOk(log.clone()));
    Mutant {
        pitfalls: &[19],
        ..mutant(
            "takes_a_drop_for_ok",
            ends,
            "who leaves before the headers: told of [Ok]",
        )
    }
}

pub(crate) fn takes_no_trailers_for_ok() -> Mutant {
    let ends = |log: &Log<Code>| BoxInterceptor::new(TakesNoTrailersForOk(log.clone()));
    Mutant {
        pitfalls: &[2],
        ..mutant(
            "takes_no_trailers_for_ok",
            ends,
            "no trailers: told of [Ok]",
        )
    }
}

pub(crate) fn never_tells() -> Mutant {
    let ends = |log: &Log<Code>| BoxInterceptor::new(NeverTells(log.clone()));
    Mutant {
        pitfalls: &[20],
        ..mutant("never_tells", ends, "trailers with OK: told of []")
    }
}
