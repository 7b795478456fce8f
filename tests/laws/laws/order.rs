//! Law 2. First in the chain is outermost: in A, in B, out B, out A.

use interceptor_core::BoxInterceptor;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        Svc,
        body::{Log, Read, answer, body, data, ok},
        chain::Trace,
        service,
    },
    world::World,
};

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    let log = Log::new();
    let trace = |name| {
        let log = log.clone();
        BoxInterceptor::new(Trace { name, log })
    };
    let world = World::new(cell, subject, vec![trace("a"), trace("b")], handler(&log)).await;
    world.call(body([data("x")])).await;
    let seen = log.take().join(", ");
    ensure(seen == expected(cell), || {
        format!("the order is {seen}, and not {}", expected(cell))
    })
}

/// Reads the request to its end, and answers.
fn handler(log: &Log<String>) -> Svc {
    let log = log.clone();
    service(move |request| {
        let log = log.clone();
        async move {
            Read::to_end(request.into_body()).await;
            log.push("below".to_owned());
            Ok(answer([data("x"), ok()]))
        }
    })
}

/// The end of a streamed response comes behind its messages.
fn expected(cell: Cell) -> &'static str {
    if cell.streams_responses() {
        "a in, b in, a request, b request, below, b out, a out, b reply, a reply, b end, a end"
    } else {
        "a in, b in, a request, b request, below, b end, b out, b reply, a end, a out, a reply"
    }
}
