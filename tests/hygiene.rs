//! Generated code means what it says, whatever the user's names mean.

use grpc_interceptor::Interceptor;

/// No prelude, every name that generated code could mean is another thing, and every method is found on everything.
// Most of it is there to be found by mistake.
#[allow(dead_code)]
#[no_implicit_prelude]
mod hostile {
    pub(crate) struct Result;
    pub(crate) struct Option;
    pub(crate) struct Box;
    pub(crate) struct Pin;
    pub(crate) struct Call;
    pub(crate) struct Reply;
    pub(crate) struct Status;
    pub(crate) struct Side;
    pub(crate) struct Pattern;
    pub(crate) struct Description;
    pub(crate) struct Methods;
    pub(crate) struct UnaryUnary;
    pub(crate) trait Send {}
    pub(crate) trait Sync {}
    pub(crate) trait Clone {}
    pub(crate) trait Future {}
    pub(crate) trait Next {}
    pub(crate) trait CallType {}
    pub(crate) trait Interceptor {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod interceptor_core {}
    pub(crate) fn wall() {}
    pub(crate) fn step() {}

    pub(crate) trait Methodical {
        fn clone(&self) {}
        fn proceed(&self) {}
        fn enter(&self) {}
        fn run(&self) {}
        fn side(&self) {}
        fn method(&self) {}
        fn describe(&self) {}
        fn check(&self) {}
        fn chain(&self) {}
        fn interceptor(&self) {}
        fn only_if(&self) {}
        fn future(&self) {}
        fn eq(&self) {}
        fn intercept_unary_unary(&self) {}
    }

    impl<T: ?::core::marker::Sized> Methodical for T {}

    #[::grpc_interceptor::grpc_interceptor]
    pub(crate) struct Timing;

    impl Timing {
        async fn intercept_call<T: ::grpc_interceptor::CallType>(
            &self,
            call: ::grpc_interceptor::Call<T>,
            next: impl ::grpc_interceptor::Next<T>,
        ) -> ::core::result::Result<::grpc_interceptor::Reply<T>, ::grpc_interceptor::tonic::Status>
        {
            ::grpc_interceptor::Next::run(next, call).await
        }
    }

    pub(crate) struct Some;

    #[::grpc_interceptor::grpc_interceptor(otherwise = reject)]
    impl Some {
        async fn intercept_call(
            &self,
            call: ::grpc_interceptor::Call<::grpc_interceptor::UnaryUnary>,
            next: impl ::grpc_interceptor::Next<::grpc_interceptor::UnaryUnary>,
        ) -> ::core::result::Result<
            ::grpc_interceptor::Reply<::grpc_interceptor::UnaryUnary>,
            ::grpc_interceptor::tonic::Status,
        > {
            ::grpc_interceptor::Next::run(next, call).await
        }
    }

    #[derive(::grpc_interceptor::InterceptorChain)]
    pub(crate) struct Edge<T> {
        pub(crate) first: Timing,
        #[chain(client, only = "/echo.v1.Echo/*", except = "/echo.v1.Echo/Say")]
        pub(crate) second: Some,
        #[chain(skip)]
        pub(crate) third: T,
        pub(crate) fourth: Inner,
    }

    #[derive(::grpc_interceptor::InterceptorChain)]
    pub(crate) struct Inner(
        pub(crate) Timing,
        pub(crate) Timing,
        pub(crate) Timing,
        pub(crate) Timing,
        pub(crate) Timing,
        pub(crate) Timing,
        pub(crate) Timing,
        pub(crate) Timing,
        #[chain(server)] pub(crate) Timing,
    );
}

/// Parameters with the names that generated code is fond of.
mod parameters {
    use grpc_interceptor::prelude::*;

    #[grpc_interceptor]
    pub(crate) struct Timing<T, N, C, const I: usize>(pub(crate) T, pub(crate) N, pub(crate) C)
    where
        T: Send + Sync + 'static,
        N: Send + Sync + 'static,
        C: Send + Sync + 'static;

    impl<
        T: Send + Sync + 'static,
        N: Send + Sync + 'static,
        C: Send + Sync + 'static,
        const I: usize,
    > Timing<T, N, C, I>
    {
        async fn intercept_call<__T: CallType>(
            &self,
            call: Call<__T>,
            next: impl Next<__T>,
        ) -> Result<Reply<__T>, Status> {
            next.run(call).await
        }
    }

    #[derive(InterceptorChain)]
    pub(crate) struct Edge<'c, T, N, const I: usize> {
        pub(crate) chain: T,
        pub(crate) next: N,
        #[chain(skip)]
        pub(crate) call: [&'c str; I],
    }
}

#[test]
fn hostile_names_change_nothing() {
    fn is_one(_: impl Interceptor) {}
    use hostile::{Edge, Inner, Some, Timing};
    is_one(Edge {
        first: Timing,
        second: Some,
        third: 3,
        fourth: Inner(
            Timing, Timing, Timing, Timing, Timing, Timing, Timing, Timing, Timing,
        ),
    });
    let timing = || parameters::Timing::<_, _, _, 2>(1, "two", 3.0);
    let edge = parameters::Edge {
        chain: timing(),
        next: timing(),
        call: ["", ""],
    };
    assert_eq!(edge.call.len(), 2);
    is_one(edge);
}
