//! The first in a chain is the outermost: on both sides, in all four call types, whatever the chain is made of.

use interceptor_core::{BoxInterceptor, Call, CallType, Interceptor, Next, Reply, Side, Then};
use tonic::{Code, Status};

use crate::support::{
    Svc, around,
    body::{Log, Step, answer, data, ok, refuse},
    caller::call,
    chain::{Trace, one_body},
    everywhere, service,
};

/// Reads the request to its end, and answers.
fn below(log: &Log<String>) -> Svc {
    let log = log.clone();
    service(move |request| {
        let log = log.clone();
        async move {
            crate::support::body::Read::to_end(request.into_body()).await;
            log.push("below".to_owned());
            Ok(answer([data("x"), ok()]))
        }
    })
}

/// A chain, to be put around what is [`below`].
type Stack = Box<dyn Fn(Side) -> Svc>;

fn of(chain: impl Interceptor + Clone, log: &Log<String>) -> Stack {
    let below = below(log);
    Box::new(move |side| around(side, chain.clone(), below.clone()))
}

/// `a` around `b` around `c`, in each way to say so.
fn chains(log: &Log<String>) -> Vec<Stack> {
    let trace = |name| Trace {
        name,
        log: log.clone(),
    };
    let (a, b, c) = (trace("a"), trace("b"), trace("c"));
    let boxed = |it: &Trace| BoxInterceptor::new(it.clone());
    vec![
        of((a.clone(), b.clone(), c.clone()), log),
        of((a.clone(), (b.clone(), c.clone())), log),
        of(((a.clone(), b.clone()), c.clone()), log),
        of(Then::new(a.clone(), Then::new(b.clone(), c.clone())), log),
        of(Then::new(Then::new(a.clone(), b.clone()), c.clone()), log),
        of(vec![boxed(&a), boxed(&b), boxed(&c)], log),
        of((boxed(&a), vec![boxed(&b)], Some(c.clone())), log),
        of(
            (None::<Trace>, a.clone(), Some((b.clone(), c.clone()))),
            log,
        ),
        of(BoxInterceptor::new((a, BoxInterceptor::new((b, c)))), log),
    ]
}

/// Pitfall P13.
#[tokio::test]
async fn the_first_is_the_outermost() {
    for (kind, side) in everywhere() {
        let log = Log::new();
        for (number, chain) in chains(&log).iter().enumerate() {
            call(&chain(side), kind, &["x"]).await;
            let requests = "a request, b request, c request, below";
            let order = if kind.server_streaming() {
                // The end comes behind the messages.
                format!(
                    "a in, b in, c in, {requests}, c out, b out, a out, \
                     c reply, b reply, a reply, c end, b end, a end"
                )
            } else {
                format!(
                    "a in, b in, c in, {requests}, c end, c out, c reply, \
                     b end, b out, b reply, a end, a out, a reply"
                )
            };
            assert_eq!(log.take().join(", "), order, "{kind} {side} {number}");
        }
    }
}

/// Runs a call again until it succeeds.
#[derive(Debug, Clone)]
struct Again;

impl Again {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(1 << 16);
        loop {
            let result = next.clone().run(replay.restart().unwrap()).await;
            if result.is_ok() {
                return result;
            }
        }
    }
}

one_body!([] Again);

/// Those inside of one that runs a call again see each attempt, and those outside one call.
#[tokio::test]
async fn each_attempt_passes_those_inside() {
    for (kind, side) in everywhere() {
        let log = Log::new();
        let attempts = Log::new();
        let trace = |name| Trace {
            name,
            log: log.clone(),
        };
        let below = service(move |_| {
            attempts.push(());
            let is_third = attempts.len() % 3 == 0;
            std::future::ready(Ok(if is_third {
                answer([data("x"), Step::Wait, ok()])
            } else {
                refuse(Code::Unavailable, "again")
            }))
        });
        let service = around(side, (trace("outer"), Again, trace("inner")), below);
        let outcome = call(&service, kind, &["x"]).await;
        assert_eq!(outcome.texts(), ["x"], "{kind} {side}");
        let log = log.take();
        let count = |line: &str| log.iter().filter(|it| *it == line).count();
        let counts = ["outer in", "outer end", "inner in", "inner end"].map(count);
        assert_eq!(counts, [1, 1, 3, 3], "{kind} {side}: {log:?}");
    }
}
