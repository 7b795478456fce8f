use http::{Extensions, HeaderMap, Request};
use interceptor_core::CallKind;

/// What an interceptor promises, and what it may do.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is said or not, by itself"
)]
pub(super) struct Promises {
    /// Changes nothing that a peer can see.
    pub(super) passes_through: bool,
    /// Touches no body.
    pub(super) untouched: bool,
    /// May end a call without `next`, and may do so with a call that went well.
    pub(super) may_answer: bool,
    /// May read the request before it calls `next`.
    pub(super) reads_requests: bool,
    /// How many bytes of a call it may keep.
    pub(super) max_kept_bytes: usize,
    pub(super) kinds: Vec<CallKind>,
    /// The methods that are called, where they are chosen.
    pub(super) paths: Vec<(CallKind, &'static str)>,
    /// What each request carries.
    pub(super) headers: HeaderMap,
    pub(super) extensions: Extensions,
    /// Whether it is a layer that the laws are about, and not one interceptor in a layer.
    pub(super) is_a_layer: bool,
}

/// The default of both limits of a layer.
const SETTLED: usize = 4 << 20;

// === impl Promises ===

impl Promises {
    pub(super) fn of_an_interceptor() -> Self {
        Self {
            passes_through: false,
            untouched: false,
            may_answer: false,
            reads_requests: false,
            max_kept_bytes: SETTLED,
            kinds: CallKind::ALL.to_vec(),
            paths: Vec::new(),
            headers: HeaderMap::new(),
            extensions: Extensions::new(),
            is_a_layer: false,
        }
    }

    pub(super) fn of_a_layer() -> Self {
        Self {
            passes_through: true,
            untouched: true,
            is_a_layer: true,
            ..Self::of_an_interceptor()
        }
    }

    /// The method of that call type, if one was chosen.
    pub(super) fn path(&self, kind: CallKind) -> Option<&'static str> {
        let mut paths = self.paths.iter().rev();
        paths.find_map(|(its, path)| (*its == kind).then_some(*path))
    }

    /// Puts into a request what each request carries.
    pub(super) fn equip<B>(&self, request: &mut Request<B>) {
        request.headers_mut().extend(self.headers.clone());
        request.extensions_mut().extend(self.extensions.clone());
    }

    pub(super) fn takes(&self, kind: CallKind) -> bool {
        self.kinds.contains(&kind)
    }
}
