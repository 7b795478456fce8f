//! Erasure: for chains that are put together at run time, and types that should not show.

use std::{fmt, sync::Arc};

use tonic::Status;

use super::{BoxFuture, Description, Interceptor, Next, forward};
use crate::{
    Call, CallType, ConfigError, Methods, Order, Reply, Side, StreamStream, StreamUnary,
    UnaryStream, UnaryUnary,
};

/// An interceptor whose type does not show. Clones share it.
///
/// `Vec<BoxInterceptor>` is a chain that is put together at run time; the first is the outermost.
///
/// # Cost
///
/// Two allocations for each call: its own future, and that of the rest of the chain.
#[derive(Clone)]
pub struct BoxInterceptor {
    inner: Arc<dyn Erased>,
}

/// The rest of a chain whose type does not show.
pub struct BoxNext<'a, T: CallType> {
    inner: &'a dyn ErasedNext<T>,
}

/// [`Interceptor`] with the types of the links erased.
pub trait Erased: Send + Sync + 'static {
    fn intercept_unary_unary<'a>(
        &'a self,
        call: Call<UnaryUnary>,
        next: BoxNext<'a, UnaryUnary>,
    ) -> BoxFuture<'a, UnaryUnary>;
    fn intercept_unary_stream<'a>(
        &'a self,
        call: Call<UnaryStream>,
        next: BoxNext<'a, UnaryStream>,
    ) -> BoxFuture<'a, UnaryStream>;
    fn intercept_stream_unary<'a>(
        &'a self,
        call: Call<StreamUnary>,
        next: BoxNext<'a, StreamUnary>,
    ) -> BoxFuture<'a, StreamUnary>;
    fn intercept_stream_stream<'a>(
        &'a self,
        call: Call<StreamStream>,
        next: BoxNext<'a, StreamStream>,
    ) -> BoxFuture<'a, StreamStream>;
    fn describe(&self, description: &mut Description);
    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError>;
}

/// [`Next`] as a trait object; it stands on the stack of the link above.
trait ErasedNext<T: CallType>: Send + Sync {
    fn run_boxed(&self, call: Call<T>) -> BoxFuture<'_, T>;
}

/// What is left of a list of interceptors, and what comes after the list.
struct Rest<'a, T: CallType> {
    list: &'a [BoxInterceptor],
    last: BoxNext<'a, T>,
}

// === impl BoxInterceptor ===

impl BoxInterceptor {
    /// Erases the type of an interceptor, or of a whole chain.
    pub fn new(interceptor: impl Interceptor) -> Self {
        Self {
            inner: Arc::new(interceptor),
        }
    }
}

impl Interceptor for BoxInterceptor {
    const ORDER: Order = Order::BOXED;

    forward!(|self, call, next| async move {
        let last = Last(&next);
        CallType::intercept_boxed(&*self.inner, call, BoxNext { inner: &last }).await
    });

    fn describe(&self, description: &mut Description) {
        self.inner.describe(description);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.inner.check(methods, side)
    }
}

impl fmt::Debug for BoxInterceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut description = Description::default();
        self.inner.describe(&mut description);
        write!(f, "BoxInterceptor({description})")
    }
}

// === impl Vec<BoxInterceptor> ===

impl Interceptor for Vec<BoxInterceptor> {
    const ORDER: Order = Order::BOXED;

    forward!(|self, call, next| async move {
        let last = Last(&next);
        let rest = Rest {
            list: self,
            last: BoxNext { inner: &last },
        };
        rest.run_boxed(call).await
    });

    fn describe(&self, description: &mut Description) {
        for interceptor in self {
            Interceptor::describe(interceptor, description);
        }
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.iter()
            .try_for_each(|interceptor| Interceptor::check(interceptor, methods, side))
    }
}

// === impl Erased ===

/// `call, next` of one call type, boxed.
macro_rules! erase {
    ($($method:ident $kind:ident),*) => {$(
        fn $method<'a>(&'a self, call: Call<$kind>, next: BoxNext<'a, $kind>) -> BoxFuture<'a, $kind> {
            Box::pin(Interceptor::$method(self, call, next))
        }
    )*};
}

impl<I: Interceptor> Erased for I {
    erase!(
        intercept_unary_unary UnaryUnary,
        intercept_unary_stream UnaryStream,
        intercept_stream_unary StreamUnary,
        intercept_stream_stream StreamStream
    );

    fn describe(&self, description: &mut Description) {
        Interceptor::describe(self, description);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        Interceptor::check(self, methods, side)
    }
}

// === impl BoxNext ===

impl<T: CallType> Next<T> for BoxNext<'_, T> {
    fn proceed(self, call: Call<T>) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        self.inner.run_boxed(call)
    }
}

impl<T: CallType> Clone for BoxNext<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: CallType> Copy for BoxNext<'_, T> {}

impl<T: CallType> fmt::Debug for BoxNext<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxNext")
    }
}

// === impl ErasedNext ===

/// Any [`Next`] as the last of a list, behind a reference.
struct Last<'n, N>(&'n N);

impl<T: CallType, N: Next<T>> ErasedNext<T> for Last<'_, N> {
    fn run_boxed(&self, call: Call<T>) -> BoxFuture<'_, T> {
        Box::pin(self.0.clone().proceed(call))
    }
}

impl<T: CallType> ErasedNext<T> for Rest<'_, T> {
    /// The first of the list with the others behind it; at the end of the list, what comes after it.
    fn run_boxed(&self, call: Call<T>) -> BoxFuture<'_, T> {
        let Some((interceptor, list)) = self.list.split_first() else {
            return self.last.inner.run_boxed(call);
        };
        let after = self.last;
        Box::pin(async move {
            let rest = Rest { list, last: after };
            T::intercept_boxed(&*interceptor.inner, call, BoxNext { inner: &rest }).await
        })
    }
}
