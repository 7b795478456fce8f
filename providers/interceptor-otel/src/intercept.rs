//! What the attribute does not leave room for: a `check` of one's own.

/// Writes `Interceptor` for a type with a `prepare`, an `observe` and a `check_side`. `order` is what it says about its place.
macro_rules! intercept_all {
    ($name:ident, order = [$($rule:tt)*]) => {
        impl interceptor_core::Interceptor for $name {
            const ORDER: interceptor_core::Order = interceptor_core::Order::of(
                interceptor_core::Rules::new(stringify!($name)) $($rule)*
            );

            $crate::intercept::intercept_all!(@method intercept_unary_unary UnaryUnary);
            $crate::intercept::intercept_all!(@method intercept_unary_stream UnaryStream);
            $crate::intercept::intercept_all!(@method intercept_stream_unary StreamUnary);
            $crate::intercept::intercept_all!(@method intercept_stream_stream StreamStream);

            fn describe(&self, description: &mut interceptor_core::Description) {
                description.interceptor(stringify!($name));
                description.order(&Self::ORDER);
            }

            fn check(
                &self,
                _: &interceptor_core::Methods,
                side: interceptor_core::Side,
            ) -> Result<(), interceptor_core::ConfigError> {
                self.check_side(side).map_err(|error| error.at(stringify!($name)))
            }
        }
    };
    (@method $method:ident $kind:ident) => {
        fn $method<N: interceptor_core::Next<interceptor_core::$kind>>(
            &self,
            call: interceptor_core::Call<interceptor_core::$kind>,
            next: N,
        ) -> impl Future<
            Output = Result<interceptor_core::Reply<interceptor_core::$kind>, interceptor_core::tonic::Status>,
        > + Send {
            let call = self.prepare(call);
            self.observe.$method(call, next)
        }
    };
}
pub(crate) use intercept_all;

/// What is said of a chain that has attempts on a server.
pub(crate) fn only_on_client(
    side: interceptor_core::Side,
) -> Result<(), interceptor_core::ConfigError> {
    match side {
        interceptor_core::Side::Client => Ok(()),
        interceptor_core::Side::Server => Err(interceptor_core::ConfigError::new(
            "attempts are of clients: on a server, each call is one",
        )),
    }
}
