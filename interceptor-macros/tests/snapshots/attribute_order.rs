struct Auth<P: Policy>(P);
const _: () = {
    use ::grpc_interceptor::__private as __p;
    use __p::NoInterceptCall as _;
    fn __intercept<'__s, P: Policy, __T: __p::CallType, __Next: __p::Next<__T>>(
        __self: &'__s Auth<P>,
        __call: __p::Call<__T>,
        __next: __Next,
    ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send
    where
        P: __p::Send + __p::Sync + 'static,
    {
        __p::intercept_call::<
            Auth<P>,
            __T,
            __Next,
            _,
            _,
            _,
        >(<Auth<P>>::intercept_call, __self, __call, __next)
    }
    #[automatically_derived]
    impl<P: Policy> __p::Interceptor for Auth<P>
    where
        P: __p::Send + __p::Sync + 'static,
    {
        const ORDER: __p::Order = __p::Order::of(
            __p::Rules::new("Auth")
                .provides(const {
                    &[
                        __p::ExtensionType::of::<auth::Claims>("Claims"),
                        __p::ExtensionType::of::<Id<P>>("Id<P>").known_as("Id"),
                        __p::ExtensionType::of::<P::Key>("Key").known_as(""),
                    ]
                })
                .requires(const { &[__p::ExtensionType::of::<RequestId>("RequestId")] })
                .only_on(__p::Side::Server)
                .role(order::AUTHENTICATING)
                .outside(const { &[order::AUTHORIZING] })
                .inside(const { &[order::LOGGING, TRACING] }),
        );
        fn intercept_unary_unary<__Next: __p::Next<__p::UnaryUnary>>(
            &self,
            __call: __p::Call<__p::UnaryUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryUnary>> + __p::Send {
            __intercept(self, __call, __next)
        }
        fn intercept_unary_stream<__Next: __p::Next<__p::UnaryStream>>(
            &self,
            __call: __p::Call<__p::UnaryStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryStream>> + __p::Send {
            __intercept(self, __call, __next)
        }
        fn intercept_stream_unary<__Next: __p::Next<__p::StreamUnary>>(
            &self,
            __call: __p::Call<__p::StreamUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamUnary>> + __p::Send {
            __intercept(self, __call, __next)
        }
        fn intercept_stream_stream<__Next: __p::Next<__p::StreamStream>>(
            &self,
            __call: __p::Call<__p::StreamStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamStream>> + __p::Send {
            __intercept(self, __call, __next)
        }
        fn describe(&self, __description: &mut __p::Description) {
            __p::Description::interceptor(__description, "Auth");
            __p::Description::order(__description, &<Self as __p::Interceptor>::ORDER);
        }
    }
};
