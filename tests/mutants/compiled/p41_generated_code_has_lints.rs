//! A macro whose code has lints, for users who deny them as `tests/lints.rs` does.
#![deny(warnings, missing_docs, unused_qualifications, unused_results, let_underscore_drop)]

use grpc_interceptor::prelude::*;

macro_rules! interceptor {
    ($name:ident) => {
        pub struct $name;

        impl grpc_interceptor::Interceptor for $name {
            async fn intercept_unary_unary<N: Next<UnaryUnary>>(
                &self,
                call: Call<UnaryUnary>,
                next: N,
            ) -> std::result::Result<Reply<UnaryUnary>, Status> {
                let mut call = call;
                let unused = call.method();
                call.extensions_mut().insert(1);
                let _ = call.method().clone();
                return next.run(call).await;
            }

            async fn intercept_unary_stream<N: Next<UnaryStream>>(
                &self,
                call: Call<UnaryStream>,
                next: N,
            ) -> Result<Reply<UnaryStream>, Status> {
                next.run(call).await
            }

            async fn intercept_stream_unary<N: Next<StreamUnary>>(
                &self,
                call: Call<StreamUnary>,
                next: N,
            ) -> Result<Reply<StreamUnary>, Status> {
                next.run(call).await
            }

            async fn intercept_stream_stream<N: Next<StreamStream>>(
                &self,
                call: Call<StreamStream>,
                next: N,
            ) -> Result<Reply<StreamStream>, Status> {
                next.run(call).await
            }
        }
    };
}

interceptor!(Timing);

fn main() {}
