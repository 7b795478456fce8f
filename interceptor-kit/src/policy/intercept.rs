/// Writes `Interceptor` for a type with an inherent `intercept_call` for all four call types, and a `check` of its own,
/// which the attribute does not leave room for. `order` is what it says about its place, by the setters of `Rules`; `buffers`
/// names a function of `&self` to what is kept of a call.
macro_rules! intercept_all {
    ($name:ident, order = [$($rule:tt)*] $(, buffers = $kept:path)?) => {
        $crate::policy::intercept_all!(
            [] $name [] |this, methods, _side| this.policies.check(methods),
            order = [$($rule)*] $(, buffers = $kept)?
        );
    };
    (
        [$($generics:tt)*] $name:ident [$($arguments:tt)*]
        |$this:ident, $methods:ident, $side:ident| $check:expr,
        order = [$($rule:tt)*] $(, buffers = $kept:path)?
    ) => {
        impl<$($generics)*> interceptor_core::Interceptor for $name<$($arguments)*> {
            const ORDER: interceptor_core::Order = interceptor_core::Order::of(
                interceptor_core::Rules::new(stringify!($name)) $($rule)*
            );

            $crate::policy::intercept_all!(@method intercept_unary_unary UnaryUnary);
            $crate::policy::intercept_all!(@method intercept_unary_stream UnaryStream);
            $crate::policy::intercept_all!(@method intercept_stream_unary StreamUnary);
            $crate::policy::intercept_all!(@method intercept_stream_stream StreamStream);

            fn describe(&self, description: &mut interceptor_core::Description) {
                description.interceptor(stringify!($name));
                description.order(&Self::ORDER);
                $(description.buffers($kept(self));)?
            }

            fn check(
                &self,
                $methods: &interceptor_core::Methods,
                $side: interceptor_core::Side,
            ) -> Result<(), interceptor_core::ConfigError> {
                let $this = self;
                let checked: Result<(), interceptor_core::ConfigError> = $check;
                checked.map_err(|error| error.at(stringify!($name)))
            }
        }
    };
    (@method $method:ident $kind:ident) => {
        #[inline]
        fn $method<N: interceptor_core::Next<interceptor_core::$kind>>(
            &self,
            call: interceptor_core::Call<interceptor_core::$kind>,
            next: N,
        ) -> impl Future<
            Output = Result<interceptor_core::Reply<interceptor_core::$kind>, interceptor_core::tonic::Status>,
        > + Send {
            self.intercept_call(call, next)
        }
    };
}
pub(crate) use intercept_all;
