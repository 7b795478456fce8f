const _: () = {
    use ::grpc_interceptor::__private as __p;
    impl __p::HasInterceptCall for Edge {}
};
::core::compile_error! {
    "`#[grpc_interceptor]` and `#[derive(InterceptorChain)]` both make this type an interceptor: keep the derive for a chain of its fields, or the attribute for its `intercept_call`"
}
