use super::Link;
use crate::{
    ConfigError, Description, Interceptor, Methods, Order, Side,
    interceptor::{forward, step},
    order,
};

/// Two interceptors, one around the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Then<Outer, Inner> {
    outer: Outer,
    inner: Inner,
}

/// The empty chain: hands every call on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Identity;

// === impl Then ===

impl<Outer: Interceptor, Inner: Interceptor> Then<Outer, Inner> {
    /// `outer` sees a call first, and its reply last.
    pub const fn new(outer: Outer, inner: Inner) -> Self {
        Self { outer, inner }
    }
}

impl<Outer: Interceptor, Inner: Interceptor> Interceptor for Then<Outer, Inner> {
    const ORDER: Order = Order::chain(
        const {
            &[
                order::Link::new(Outer::ORDER),
                order::Link::new(Inner::ORDER),
            ]
        },
    );

    forward!(|self, call, next| step(&self.outer, call, Link::new(&self.inner, next)));

    fn describe(&self, description: &mut Description) {
        self.outer.describe(description);
        self.inner.describe(description);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.outer.check(methods, side)?;
        self.inner.check(methods, side)
    }
}

// === impl Identity ===

impl Interceptor for Identity {
    forward!(|self, call, next| next.proceed(call));

    fn describe(&self, _: &mut Description) {}
}
