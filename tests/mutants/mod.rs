//! Layers that are broken, each in one way that was seen in the wild. The tests of the laws must reject each of them.
//!
//! Who includes this has the module `support` of `interceptor-core/tests` at its root.

use std::sync::Arc;

use interceptor_core::{BoxInterceptor, CallKind, Interceptor, Side};
use tonic::Code;

use crate::support::{Svc, around, body::Log};

/// A way to put interceptors around a service: what the laws are about.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    layer: Layer,
    ends: Ends,
}

/// From the outermost to the innermost, around what is below.
type Layer = Arc<dyn Fn(Side, Vec<BoxInterceptor>, Svc) -> Svc + Send + Sync>;

/// An interceptor that writes down how each call ended.
type Ends = Arc<dyn Fn(&Log<Code>) -> BoxInterceptor + Send + Sync>;

/// A subject that breaks a law.
pub(crate) struct Mutant {
    pub(crate) subject: Subject,
    /// The law that has to reject it, or the pitfall (`P9`).
    pub(crate) law: &'static str,
    /// A part of the reason that has to be given.
    pub(crate) says: &'static str,
    /// Where it is broken. Elsewhere the law has to hold.
    pub(crate) breaks: fn(CallKind, Side) -> bool,
    /// The rows of the list of pitfalls that it has fallen into.
    pub(crate) pitfalls: &'static [u8],
}

// === impl Subject ===

impl Subject {
    /// A layer of ours, with interceptors that hand on around and within the chain.
    pub(crate) fn new(
        name: &'static str,
        layer: impl Fn(Side, Vec<BoxInterceptor>, Svc) -> Svc + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            layer: Arc::new(layer),
            ends: Arc::new(|log| BoxInterceptor::new(crate::recorder::Ends::new(log))),
        }
    }

    /// A chain that has this interceptor as its innermost.
    pub(crate) fn inside(name: &'static str, interceptor: impl Interceptor + Clone) -> Self {
        Self::new(name, move |side, mut chain, below| {
            chain.push(BoxInterceptor::new(interceptor.clone()));
            around(side, chain, below)
        })
    }

    /// Our layer, with something broken right above it.
    pub(crate) fn above(name: &'static str, broken: fn(Svc) -> Svc) -> Self {
        Self::new(name, move |side, chain, below| {
            broken(around(side, chain, below))
        })
    }

    /// Our layer, with something broken right below it.
    pub(crate) fn below(name: &'static str, broken: fn(Svc) -> Svc) -> Self {
        Self::new(name, move |side, chain, below| {
            around(side, chain, broken(below))
        })
    }

    /// A layer of ours that tells of ends in another way.
    pub(crate) fn telling(
        name: &'static str,
        ends: impl Fn(&Log<Code>) -> BoxInterceptor + Send + Sync + 'static,
    ) -> Self {
        let ours = Self::new(name, around);
        Self {
            ends: Arc::new(ends),
            ..ours
        }
    }

    pub(crate) fn layer(&self, side: Side, chain: Vec<BoxInterceptor>, below: Svc) -> Svc {
        (self.layer)(side, chain, below)
    }

    pub(crate) fn ends(&self, log: &Log<Code>) -> BoxInterceptor {
        (self.ends)(log)
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Mutant> {
    vec![]
}
