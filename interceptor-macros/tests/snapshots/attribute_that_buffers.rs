struct Retry {
    limit: usize,
}
const _: () = {
    use ::grpc_interceptor::__private as __p;
    use __p::NoInterceptCall as _;
    fn __intercept<'__s, __T: __p::CallType, __Next: __p::Next<__T>>(
        __self: &'__s Retry,
        __call: __p::Call<__T>,
        __next: __Next,
    ) -> impl __p::Future<Output = __p::CallResult<__T>> + __p::Send {
        __p::intercept_call::<
            Retry,
            __T,
            __Next,
            _,
            _,
            _,
        >(<Retry>::intercept_call, __self, __call, __next)
    }
    #[automatically_derived]
    impl __p::Interceptor for Retry {
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
            __p::Description::interceptor(__description, "Retry");
            __p::Description::buffers(__description, Self::kept(self));
        }
    }
};
