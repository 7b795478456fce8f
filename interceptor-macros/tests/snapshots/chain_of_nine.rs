const _: () = {
    use ::grpc_interceptor::__private as __p;
    use __p::NoOrder as _;
    const __ORDER: __p::Order = __p::Order::named(
        "Edge",
        const {
            &[
                __p::Link::new(__p::OrderOf::<A>::ORDER).field("0"),
                __p::Link::new(__p::OrderOf::<B>::ORDER).field("1"),
                __p::Link::new(__p::OrderOf::<C>::ORDER).field("2"),
                __p::Link::new(__p::OrderOf::<D>::ORDER).field("3"),
                __p::Link::new(__p::OrderOf::<E>::ORDER).field("4"),
                __p::Link::new(__p::OrderOf::<F>::ORDER).field("5"),
                __p::Link::new(__p::OrderOf::<G>::ORDER).field("6"),
                __p::Link::new(__p::OrderOf::<H>::ORDER).field("7"),
                __p::Link::new(__p::OrderOf::<I>::ORDER).field("8"),
            ]
        },
    );
    const _: () = __p::check_link(&__ORDER, 0);
    const _: () = __p::check_link(&__ORDER, 1);
    const _: () = __p::check_link(&__ORDER, 2);
    const _: () = __p::check_link(&__ORDER, 3);
    const _: () = __p::check_link(&__ORDER, 4);
    const _: () = __p::check_link(&__ORDER, 5);
    const _: () = __p::check_link(&__ORDER, 6);
    const _: () = __p::check_link(&__ORDER, 7);
    const _: () = __p::check_link(&__ORDER, 8);
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
        A: __p::Interceptor,
        B: __p::Interceptor,
        C: __p::Interceptor,
        D: __p::Interceptor,
        E: __p::Interceptor,
        F: __p::Interceptor,
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.0,
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
        B: __p::Interceptor,
        C: __p::Interceptor,
        D: __p::Interceptor,
        E: __p::Interceptor,
        F: __p::Interceptor,
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.1,
                __call,
                __Link::<'_, 2, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 2, __Next>
    where
        C: __p::Interceptor,
        D: __p::Interceptor,
        E: __p::Interceptor,
        F: __p::Interceptor,
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.2,
                __call,
                __Link::<'_, 3, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 3, __Next>
    where
        D: __p::Interceptor,
        E: __p::Interceptor,
        F: __p::Interceptor,
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.3,
                __call,
                __Link::<'_, 4, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 4, __Next>
    where
        E: __p::Interceptor,
        F: __p::Interceptor,
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.4,
                __call,
                __Link::<'_, 5, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 5, __Next>
    where
        F: __p::Interceptor,
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.5,
                __call,
                __Link::<'_, 6, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 6, __Next>
    where
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.6,
                __call,
                __Link::<'_, 7, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 7, __Next>
    where
        H: __p::Interceptor,
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            __p::step(
                &self.chain.7,
                __call,
                __Link::<'_, 8, __Next> {
                    chain: self.chain,
                    next: self.next,
                },
            )
        }
    }
    #[automatically_derived]
    impl<'__c, __T: __p::CallType, __Next> __p::Next<__T> for __Link<'__c, 8, __Next>
    where
        I: __p::Interceptor,
        __Next: __p::Next<__T>,
    {
        #[inline]
        fn proceed(
            self,
            __call: __p::Call<__T>,
        ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
            async move { __p::wall(__p::step(&self.chain.8, __call, self.next)).await }
        }
    }
    #[automatically_derived]
    impl __p::Interceptor for Edge
    where
        A: __p::Interceptor,
        B: __p::Interceptor,
        C: __p::Interceptor,
        D: __p::Interceptor,
        E: __p::Interceptor,
        F: __p::Interceptor,
        G: __p::Interceptor,
        H: __p::Interceptor,
        I: __p::Interceptor,
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
                    __p::Interceptor::describe(&self.0, __description);
                    __p::Interceptor::describe(&self.1, __description);
                    __p::Interceptor::describe(&self.2, __description);
                    __p::Interceptor::describe(&self.3, __description);
                    __p::Interceptor::describe(&self.4, __description);
                    __p::Interceptor::describe(&self.5, __description);
                    __p::Interceptor::describe(&self.6, __description);
                    __p::Interceptor::describe(&self.7, __description);
                    __p::Interceptor::describe(&self.8, __description);
                },
            );
        }
        fn check(
            &self,
            __methods: &__p::Methods,
            __side: __p::Side,
        ) -> __p::Result<(), __p::ConfigError> {
            __p::Interceptor::check(&self.0, __methods, __side)?;
            __p::Interceptor::check(&self.1, __methods, __side)?;
            __p::Interceptor::check(&self.2, __methods, __side)?;
            __p::Interceptor::check(&self.3, __methods, __side)?;
            __p::Interceptor::check(&self.4, __methods, __side)?;
            __p::Interceptor::check(&self.5, __methods, __side)?;
            __p::Interceptor::check(&self.6, __methods, __side)?;
            __p::Interceptor::check(&self.7, __methods, __side)?;
            __p::Interceptor::check(&self.8, __methods, __side)?;
            __p::Ok(())
        }
    }
};
