//! Generated code finds the library at the facade, at the core, and through a re-export.

use grpc_interceptor::prelude::*;

/// A library that carries ours along, under another name.
mod vendor {
    pub(crate) mod deep {
        pub(crate) use grpc_interceptor as rpc;
    }
}

mod facade {
    use super::*;

    #[grpc_interceptor]
    pub(crate) struct Timing;

    impl Timing {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            next.run(call).await
        }
    }

    #[derive(InterceptorChain)]
    #[chain(crate = ::grpc_interceptor)]
    pub(crate) struct Edge(pub(crate) Timing);
}

mod core {
    use grpc_interceptor::{InterceptorChain, grpc_interceptor};
    use interceptor_core::{Call, CallType, Next, Reply, tonic::Status};

    #[grpc_interceptor(crate = interceptor_core)]
    pub(crate) struct Timing;

    impl Timing {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            next.run(call).await
        }
    }

    #[derive(InterceptorChain)]
    #[chain(crate = interceptor_core)]
    pub(crate) struct Edge(pub(crate) Timing);
}

mod reexport {
    use super::vendor::deep::rpc::{InterceptorChain, grpc_interceptor, prelude::*};

    pub(crate) struct Timing;

    #[grpc_interceptor(crate = crate::vendor::deep::rpc, otherwise = pass)]
    impl Timing {
        async fn intercept_call(
            &self,
            call: Call<UnaryUnary>,
            next: impl Next<UnaryUnary>,
        ) -> Result<Reply<UnaryUnary>, Status> {
            next.run(call).await
        }
    }

    #[derive(InterceptorChain)]
    #[chain(crate = super::vendor::deep::rpc)]
    pub(crate) struct Edge(
        pub(crate) Timing,
        #[chain(except = "/echo.v1.Echo/*")] pub(crate) Timing,
    );
}

#[test]
fn all_of_them_are_the_same_interceptors() {
    fn is_one(_: impl Interceptor) {}
    is_one(facade::Edge(facade::Timing));
    is_one(core::Edge(core::Timing));
    is_one(reexport::Edge(reexport::Timing, reexport::Timing));
}
