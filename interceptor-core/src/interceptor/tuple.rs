//! Tuples of two to twelve interceptors are chains; the first is the outermost.

use tonic::Status;

use super::{Description, Interceptor, Next, forward, step};
use crate::{Call, CallType, ConfigError, Link, Methods, Order, Reply, Side};

/// The members of a tuple from number `AT` on, and what comes after the tuple: of one size, however many are left.
struct Members<'c, C, N, const AT: usize> {
    chain: &'c C,
    next: N,
}

macro_rules! tuple {
    ($($name:ident $at:tt)*) => {
        impl<$($name: Interceptor),*> Interceptor for ($($name,)*) {
            const ORDER: Order = Order::chain(const { &[$(Link::new($name::ORDER)),*] });

            forward!(|self, call, next| Members::<_, _, 0> { chain: self, next }.proceed(call));

            fn describe(&self, description: &mut Description) {
                $(self.$at.describe(description);)*
            }

            fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
                $(self.$at.check(methods, side)?;)*
                Ok(())
            }
        }

        tuple!(@next ($($name)*) $($at)*);
    };
    (@next $names:tt $at:tt $after:tt $($more:tt)*) => {
        tuple!(@impl $names $at (|this| Members::<_, _, $after> { chain: this.chain, next: this.next }));
        tuple!(@next $names $after $($more)*);
    };
    (@next $names:tt $last:tt) => {
        tuple!(@impl $names $last (|this| this.next));
    };
    (@impl ($($name:ident)*) $at:tt (|$this:ident| $behind:expr)) => {
        impl<T: CallType, $($name: Interceptor,)* O: Next<T>> Next<T> for Members<'_, ($($name,)*), O, $at> {
            #[inline]
            fn proceed(self, call: Call<T>) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
                let $this = self;
                step(&$this.chain.$at, call, $behind)
            }
        }
    };
}

tuple!(A 0 B 1);
tuple!(A 0 B 1 C 2);
tuple!(A 0 B 1 C 2 D 3);
tuple!(A 0 B 1 C 2 D 3 E 4);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);

// === impl Members ===

impl<C, N: Clone, const AT: usize> Clone for Members<'_, C, N, AT> {
    fn clone(&self) -> Self {
        let (chain, next) = (self.chain, self.next.clone());
        Self { chain, next }
    }
}
