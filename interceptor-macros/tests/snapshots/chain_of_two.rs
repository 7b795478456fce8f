const _: () = {
    use ::grpc_interceptor::__private as __p;
    use __p::NoOrder as _;
    const __ORDER: __p::Order = __p::Order::named(
        "Edge",
        const {
            &[
                __p::Link::new(__p::OrderOf::<Timing>::ORDER).field("timing"),
                __p::Link::new(__p::OrderOf::<Retry>::ORDER).field("retry"),
            ]
        },
    );
    const _: () = __p::check_link(&__ORDER, 0);
    const _: () = __p::check_link(&__ORDER, 1);
    struct __Link<'__c, const __I: usize, __Next> {
        chain: &'__c Edge,
        next: __Next,
    }
    #[automatically_derived]
    impl<'__c, const __I: usize, __Next> __p::Clone for __Link<'__c, __I, __Next>
    where
        __Next: __p::Clone,
    {
        fn clone(&self) -> Self {
            Self {
                chain: self.chain,
                next: __p::Clone::clone(&self.next),
            }
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 0, __Next>
    where
        Timing: __p::Interceptor,
        Retry: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.timing,
                __call,
                __Link::<'_, 1, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 1, __Next>
    where
        Retry: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(&self.chain.retry, __call, self.next)
        }
    }
    #[automatically_derived]
    impl __p::Interceptor for Edge
    where
        Timing: __p::Interceptor,
        Retry: __p::Interceptor,
    {
        const ORDER: __p::Order = __ORDER;
        fn intercept_unary_unary<__Next: __p::Next<__p::UnaryUnary>>(
            &self,
            __call: __p::Call<__p::UnaryUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryUnary>> + __p::Send {
            async move { __p::wall(__p::Interceptor::enter(self, __call, __next)).await }
        }
        fn intercept_unary_stream<__Next: __p::Next<__p::UnaryStream>>(
            &self,
            __call: __p::Call<__p::UnaryStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryStream>> + __p::Send {
            async move { __p::wall(__p::Interceptor::enter(self, __call, __next)).await }
        }
        fn intercept_stream_unary<__Next: __p::Next<__p::StreamUnary>>(
            &self,
            __call: __p::Call<__p::StreamUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamUnary>> + __p::Send {
            async move { __p::wall(__p::Interceptor::enter(self, __call, __next)).await }
        }
        fn intercept_stream_stream<__Next: __p::Next<__p::StreamStream>>(
            &self,
            __call: __p::Call<__p::StreamStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamStream>> + __p::Send {
            async move { __p::wall(__p::Interceptor::enter(self, __call, __next)).await }
        }
        #[inline]
        fn enter<__T: __p::CallType, __Next: __p::Next<__T>>(
            &self,
            __call: __p::Call<__T>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::Next::proceed(
                __Link::<'_, 0, __Next> {
                    chain: self,
                    next: __next,
                },
                __call,
            )
        }
        fn describe(&self, __description: &mut __p::Description) {
            __p::Description::chain(
                __description,
                "Edge",
                |__description| {
                    __p::Interceptor::describe(&self.timing, __description);
                    __p::Interceptor::describe(&self.retry, __description);
                },
            );
        }
        fn check(
            &self,
            __methods: &__p::Methods,
            __side: __p::Side,
        ) -> __p::Result<(), __p::ConfigError> {
            __p::Interceptor::check(&self.timing, __methods, __side)?;
            __p::Interceptor::check(&self.retry, __methods, __side)?;
            __p::Ok(())
        }
    }
};
