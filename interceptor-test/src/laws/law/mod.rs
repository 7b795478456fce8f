//! The laws, each one function over a scene.

mod back_pressure;
mod bad_bytes;
mod bodies;
mod cancellation;
mod coverage;
mod ends_once;
mod memory;
mod order;
mod passing;
mod provides;
mod readiness;
mod short_circuit;
mod transparency;
mod untouched;

use super::{
    promises::Promises,
    scene::{Judging, Scene},
};

/// A law: a function over a way to put interceptors around a service. Its id is its number, or the row of the list of
/// [pitfalls](https://docs.rs/grpc-interceptor/latest/grpc_interceptor/guide/pitfalls/) that it keeps off (`P9`).
#[derive(Debug, Clone, Copy)]
pub struct Law {
    /// Its number, or the row of the list of pitfalls.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it says, in one line.
    pub says: &'static str,
    #[doc(hidden)]
    pub holds: for<'a> fn(&'a Scene) -> Judging<'a>,
    #[doc(hidden)]
    pub needs: Needs,
    asks: Asks,
}

/// Where a law can be checked.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// Caller and service within one process.
    OneProcess,
    PausedTime,
}

/// Of whom a law asks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Everyone,
    /// Of those who promise to pass calls through.
    PassesThrough,
    /// Of those who promise not to touch bodies.
    Untouched,
    /// Of those who say `provides(…)`.
    Provides,
}

// === impl Law ===

impl Law {
    /// All of them: the ten, that of `provides(…)`, and those of the list of pitfalls.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut laws = ten();
        laws.push(provides());
        laws.extend(pitfalls());
        laws
    }

    /// Why it asks nothing, if so.
    pub(super) fn refuses(&self, scene: &Scene) -> Option<&'static str> {
        let promises: &Promises = &scene.promises;
        let takes = promises.takes(scene.case.kind());
        match self.asks {
            _ if !takes && self.id != "8" => Some("it does not take that call type"),
            _ if self.needs == Needs::PausedTime && !scene.paused => {
                Some("it would take real time")
            }
            Asks::PassesThrough if !promises.passes_through => {
                Some("it did not promise to pass calls through")
            }
            Asks::Untouched if !promises.untouched => Some("it did not promise to touch no body"),
            Asks::Provides if scene.way.provides(scene.case.side()).is_empty() => {
                Some("it does not say that it provides anything")
            }
            _ => None,
        }
    }
}

macro_rules! law {
    ($id:literal $name:ident, $holds:path, $needs:ident, $asks:ident, $says:literal) => {
        Law {
            id: $id,
            name: stringify!($name),
            says: $says,
            holds: |scene| Box::pin($holds(scene)),
            needs: Needs::$needs,
            asks: Asks::$asks,
        }
    };
}

/// `cargo xtask tidy` reads this list.
#[rustfmt::skip]
fn ten() -> Vec<Law> {
    vec![
        law!("1" transparency, transparency::holds, OneProcess, PassesThrough, "a chain that hands on changes nothing that either peer can see"),
        law!("2" order, order::holds, Nothing, Everyone, "the first in a chain is the outermost: in A, in B, out B, out A"),
        law!("3" ends_once, ends_once::holds, Nothing, Everyone, "each call that starts ends once, with its own code"),
        law!("4" short_circuit, short_circuit::holds, Nothing, Everyone, "who does not call `next` has nothing run below, and reads no request"),
        law!("5" cancellation, cancellation::holds, Nothing, Everyone, "a drop cancels what is below at once; what is half sent breaks, and never ends cleanly"),
        law!("6" bad_bytes, bad_bytes::holds, Nothing, Everyone, "no bytes of a peer make anything panic"),
        law!("7" memory, memory::holds, Nothing, Everyone, "nothing is buffered that a limit does not bound"),
        law!("8" coverage, coverage::holds, Nothing, Everyone, "all call types are intercepted, and nothing reaches a handler around the chain"),
        law!("9" back_pressure, back_pressure::holds, Nothing, Everyone, "back-pressure is that of the bare service"),
        law!("10" untouched, untouched::holds, Nothing, Untouched, "requests and streamed responses that nobody looks at cost nothing"),
    ]
}

#[rustfmt::skip]
fn provides() -> Law {
    law!("11" provides, provides::holds, Nothing, Provides, "what an interceptor says that it provides is there when it calls `next`")
}

#[rustfmt::skip]
fn pitfalls() -> Vec<Law> {
    vec![
        law!("P3" hints, bodies::hints, Nothing, Everyone, "a body says no less than is left of it, and not too early that it is at its end"),
        law!("P7" request_line, passing::request_line, Nothing, PassesThrough, "HTTP method, URI and version arrive as they were sent"),
        law!("P8" extensions, passing::extensions, OneProcess, Everyone, "extensions pass both ways, and are there again for each attempt"),
        law!("P9" readiness, readiness::is_forwarded, OneProcess, Everyone, "who waits for the layer waits for what is below it"),
        law!("P10" ready_instance, readiness::is_its_own, OneProcess, Everyone, "the instance that is called is the one that was ready"),
        law!("P11" failures, readiness::failures, OneProcess, PassesThrough, "a failure below keeps its code, and the next call works"),
        law!("P18" duration, passing::duration, PausedTime, PassesThrough, "the end is told at the end, and not at the headers"),
        law!("P21" panics, bodies::panics, Nothing, Everyone, "a panic in a response is never the clean end of it"),
        law!("P37" attempts, passing::attempts, Nothing, Everyone, "two runs at once are two calls below, each with the whole request"),
        law!("P42" request_messages, passing::request_messages, Nothing, PassesThrough, "an interceptor that looks sees the request's messages, in each call type"),
    ]
}
