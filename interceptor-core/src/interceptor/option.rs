//! `Option<I>`: an interceptor that is there or not, decided when the chain is made.

use super::{Description, Interceptor, describe::short_type_name, forward};
use crate::{ConfigError, Link, Methods, Order, Side, chain::Either};

impl<I: Interceptor> Interceptor for Option<I> {
    const ORDER: Order = Order::chain(const { &[Link::new(I::ORDER).optional()] });

    forward!(|self, call, next| match self {
        Some(interceptor) => Either::Left {
            future: super::step(interceptor, call, next)
        },
        None => Either::Right {
            future: next.proceed(call)
        },
    });

    fn describe(&self, description: &mut Description) {
        match self {
            Some(interceptor) => interceptor.describe(description),
            None => description.absent(short_type_name::<I>()),
        }
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.as_ref().map_or(Ok(()), |i| i.check(methods, side))
    }
}
