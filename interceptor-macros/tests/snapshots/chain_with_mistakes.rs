const _: () = {
    use ::grpc_interceptor::__private as __p;
    #[automatically_derived]
    impl __p::Interceptor for Edge {
        fn intercept_unary_unary<__Next: __p::Next<__p::UnaryUnary>>(
            &self,
            __call: __p::Call<__p::UnaryUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryUnary>> + __p::Send {
            __p::pass(__call, __next)
        }
        fn intercept_unary_stream<__Next: __p::Next<__p::UnaryStream>>(
            &self,
            __call: __p::Call<__p::UnaryStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryStream>> + __p::Send {
            __p::pass(__call, __next)
        }
        fn intercept_stream_unary<__Next: __p::Next<__p::StreamUnary>>(
            &self,
            __call: __p::Call<__p::StreamUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamUnary>> + __p::Send {
            __p::pass(__call, __next)
        }
        fn intercept_stream_stream<__Next: __p::Next<__p::StreamStream>>(
            &self,
            __call: __p::Call<__p::StreamStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamStream>> + __p::Send {
            __p::pass(__call, __next)
        }
    }
};
::core::compile_error! {
    "a pattern is a path as it goes over the wire, `/shop.v1.Orders/Get`, or all methods of a service, `/shop.v1.Orders/*`"
}
::core::compile_error! {
    "`client` and `server` together are every call: leave both out"
}
