//! What both layers, and both services that they make, have word for word.

/// Writes the setters that both layers have.
macro_rules! setters {
    () => {
        /// What a message may have at most, in bytes, to be looked at. Default: 4 MiB, as tonic's.
        ///
        /// Messages that nobody looks at pass, whatever their size.
        #[must_use]
        pub fn max_message_size(mut self, bytes: usize) -> Self {
            self.edge.settings.max_message_size = bytes;
            self
        }

        /// What of a unary response is read ahead of the chain at most, in bytes. Default: 4 MiB.
        ///
        /// A larger response is handed on while it still streams.
        #[must_use]
        pub fn max_settled_bytes(mut self, bytes: usize) -> Self {
            self.edge.settings.max_settled_bytes = bytes;
            self
        }

        /// What is done with calls of methods that are not in the table. Default: [`Unknown::Reject`].
        #[must_use]
        pub fn unknown(mut self, unknown: Unknown) -> Self {
            self.edge.settings.unknown = unknown;
            self
        }

        /// Where blocking interceptors of the chain run, and on a server blocking handlers behind it. Default:
        /// [`Pool::of`](crate::blocking::Pool::of) this side.
        #[must_use]
        pub fn blocking_pool(mut self, pool: &crate::blocking::Pool) -> Self {
            self.edge.blocking_pool = Some(pool.clone());
            self
        }

        /// Says for each method of the table which interceptors see its calls, and what each may buffer: as text (`Display`) or
        /// as a [diagram](crate::Explanation::mermaid).
        #[must_use]
        pub fn explain(&self) -> crate::Explanation
        where
            C: Interceptor,
        {
            self.edge.explain()
        }
    };
}
pub(super) use setters;

/// Writes what tower and users expect of a layer and its service: `Layer`, `Clone` and `Debug`.
macro_rules! common {
    ($layer:ident, $service:ident) => {
        impl<S: Service<Request<Body>>, C> Layer<S> for $layer<C> {
            type Service = $service<S, C>;

            fn layer(&self, inner: S) -> Self::Service {
                let edge = self.edge.clone();
                $service {
                    inner,
                    edge,
                    failed: None,
                }
            }
        }

        impl<C> Clone for $layer<C> {
            fn clone(&self) -> Self {
                let edge = self.edge.clone();
                Self { edge }
            }
        }

        impl<C: Interceptor> fmt::Debug for $layer<C> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($layer)).field(&self.edge).finish()
            }
        }

        impl<S: Service<Request<Body>> + Clone, C> Clone for $service<S, C> {
            fn clone(&self) -> Self {
                let (inner, edge) = (self.inner.clone(), self.edge.clone());
                Self {
                    inner,
                    edge,
                    failed: None,
                }
            }
        }

        impl<S: Service<Request<Body>> + fmt::Debug, C: Interceptor> fmt::Debug for $service<S, C> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($service))
                    .field("chain", &self.edge)
                    .field("inner", &self.inner)
                    .finish_non_exhaustive()
            }
        }
    };
}
pub(super) use common;
