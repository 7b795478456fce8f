//! `Option<I>`: an interceptor that is there or not, decided when the chain is made.

use super::{Description, Interceptor, forward};
use crate::{ConfigError, Methods, Side, chain::Either};

impl<I: Interceptor> Interceptor for Option<I> {
    forward!(|self, call, next| match self {
        Some(interceptor) => Either::Left {
            future: super::step(interceptor, call, next)
        },
        None => Either::Right {
            future: next.proceed(call)
        },
    });

    fn describe(&self, description: &mut Description) {
        if let Some(interceptor) = self {
            interceptor.describe(description);
        }
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.as_ref().map_or(Ok(()), |i| i.check(methods, side))
    }
}
