const _: () = {
    use interceptor_core::__private as __p;
    struct __Link<'__c, A, const N: usize, const __I: usize, __Next>
    where
        A: Clone,
        A: __p::Send + __p::Sync + 'static,
    {
        chain: &'__c Edge<'static, A, N>,
        next: __Next,
    }
    #[automatically_derived]
    impl<'__c, A, const N: usize, const __I: usize, __Next> __p::Clone
    for __Link<'__c, A, N, __I, __Next>
    where
        A: Clone,
        A: __p::Send + __p::Sync + 'static,
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
    impl<'__c, A, const N: usize, __T: __p::CallType, __Next> __p::Next<__T>
    for __Link<'__c, A, N, 0, __Next>
    where
        A: Clone,
        A: __p::Send + __p::Sync + 'static,
        A: __p::Interceptor,
        Option<A>: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.first,
                __call,
                __Link::<'_, A, N, 1, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, A, const N: usize, __T: __p::CallType, __Next> __p::Next<__T>
    for __Link<'__c, A, N, 1, __Next>
    where
        A: Clone,
        A: __p::Send + __p::Sync + 'static,
        Option<A>: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(&self.chain.second, __call, self.next)
        }
    }
    #[automatically_derived]
    impl<A, const N: usize> __p::Interceptor for Edge<'static, A, N>
    where
        A: Clone,
        A: __p::Send + __p::Sync + 'static,
        A: __p::Interceptor,
        Option<A>: __p::Interceptor,
    {
        const ORDER: __p::Order = {
            let __order = __p::Order::named(
                "Edge",
                const {
                    &[
                        __p::Link::new(<A as __p::Interceptor>::ORDER).field("first"),
                        __p::Link::new(<Option<A> as __p::Interceptor>::ORDER)
                            .field("second"),
                    ]
                },
            );
            __p::check_link(&__order, 0);
            __p::check_link(&__order, 1);
            __order
        };
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
                __Link::<'_, A, N, 0, __Next> {
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
                    __p::Interceptor::describe(&self.first, __description);
                    __p::Interceptor::describe(&self.second, __description);
                },
            );
        }
        fn check(
            &self,
            __methods: &__p::Methods,
            __side: __p::Side,
        ) -> __p::Result<(), __p::ConfigError> {
            __p::Interceptor::check(&self.first, __methods, __side)?;
            __p::Interceptor::check(&self.second, __methods, __side)?;
            __p::Ok(())
        }
    }
};
