impl Timing {
    async fn intercept_call(
        &self,
        call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }
}
const _: () = {
    use ::grpc_interceptor::__private as __p;
    #[automatically_derived]
    impl __p::Interceptor for Timing {
        fn intercept_unary_unary<__Next: __p::Next<__p::UnaryUnary>>(
            &self,
            __call: __p::Call<__p::UnaryUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryUnary>> + __p::Send {
            async move {
                __p::known(&__call)?;
                __p::intercept_call::<
                    Timing,
                    __p::UnaryUnary,
                    __Next,
                    _,
                    _,
                    _,
                >(<Timing>::intercept_call, self, __call, __next)
                    .await
            }
        }
        fn intercept_unary_stream<__Next: __p::Next<__p::UnaryStream>>(
            &self,
            __call: __p::Call<__p::UnaryStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryStream>> + __p::Send {
            __p::reject(__call, "Timing")
        }
        fn intercept_stream_unary<__Next: __p::Next<__p::StreamUnary>>(
            &self,
            __call: __p::Call<__p::StreamUnary>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamUnary>> + __p::Send {
            __p::reject(__call, "Timing")
        }
        fn intercept_stream_stream<__Next: __p::Next<__p::StreamStream>>(
            &self,
            __call: __p::Call<__p::StreamStream>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::StreamStream>> + __p::Send {
            __p::reject(__call, "Timing")
        }
        fn describe(&self, __description: &mut __p::Description) {
            __p::Description::interceptor(__description, "Timing");
        }
    }
};
