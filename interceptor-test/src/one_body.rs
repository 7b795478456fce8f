//! Interceptors of one body for all four call types.

/// Writes the four methods of `Interceptor` from the one `intercept_call`, as the attribute does.
macro_rules! one_body {
    ($type:ty $(, $($rest:tt)*)?) => {
        $crate::one_body::one_body!(@ $type, [$($($rest)*)?];
            intercept_unary_unary UnaryUnary,
            intercept_unary_stream UnaryStream,
            intercept_stream_unary StreamUnary,
            intercept_stream_stream StreamStream);
    };
    (@ $type:ty, [$($rest:tt)*]; $($method:ident $kind:ident),*) => {
        impl interceptor_core::Interceptor for $type {
            $(fn $method<N: interceptor_core::Next<interceptor_core::$kind>>(
                &self,
                call: interceptor_core::Call<interceptor_core::$kind>,
                next: N,
            ) -> impl Future<
                Output = Result<
                    interceptor_core::Reply<interceptor_core::$kind>,
                    interceptor_core::tonic::Status,
                >,
            > + Send {
                self.intercept_call(call, next)
            })*

            $($rest)*
        }
    };
}
pub(crate) use one_body;
