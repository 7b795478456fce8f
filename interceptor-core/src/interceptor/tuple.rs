//! Tuples of two to twelve interceptors are chains; the first is the outermost.

use super::{Description, Interceptor, forward, step};
use crate::{ConfigError, Methods, Side, chain::Link};

macro_rules! tuples {
    ($first:ident $second:ident $($rest:ident)*) => {
        tuples!(@impl $first $second $($rest)*);
        tuples!($second $($rest)*);
    };
    ($last:ident) => {};
    (@impl $first:ident $($rest:ident)*) => {
        #[allow(non_snake_case)] // the type parameters' names serve as the names of the fields
        impl<$first: Interceptor, $($rest: Interceptor),*> Interceptor for ($first, $($rest),*) {
            forward!(|self, call, next| {
                let ($first, $($rest),*) = self;
                step($first, call, tuples!(@link next $($rest)*))
            });

            fn describe(&self, description: &mut Description) {
                let ($first, $($rest),*) = self;
                $first.describe(description);
                $($rest.describe(description);)*
            }

            fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
                let ($first, $($rest),*) = self;
                $first.check(methods, side)?;
                $($rest.check(methods, side)?;)*
                Ok(())
            }
        }
    };
    (@link $next:ident) => { $next };
    (@link $next:ident $head:ident $($tail:ident)*) => {
        Link::new($head, tuples!(@link $next $($tail)*))
    };
}

tuples!(A B C D E F G H I J K L);
