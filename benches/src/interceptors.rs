//! The interceptors and chains that scenarios are made of.

use std::hint::black_box;

use grpc_interceptor::prelude::*;

/// Hands on what comes.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy, Default)]
pub struct Pass;

impl Pass {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

/// Looks at each message, both ways.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy, Default)]
pub struct Look;

impl Look {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut().inspect(look)?;
        let mut reply = next.run(call).await?;
        reply.payload_mut().inspect(look)?;
        Ok(reply)
    }
}

fn look(message: &Message) {
    black_box(message.wire_len());
}

/// Asks to be told of the end.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy, Default)]
pub struct End;

impl End {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let ending = next.run(call).on_end(|end| {
            black_box(end.code());
        });
        ending.await
    }
}

/// Seven plain fields, as many as [`Selected`] has.
#[derive(Debug, Clone, Copy, Default, InterceptorChain)]
pub struct Seven(Pass, Pass, Pass, Pass, Pass, Pass, Pass);

/// Nine fields: a wall stands before the last.
#[derive(Debug, Clone, Copy, Default, InterceptorChain)]
pub struct Nine(Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass);

/// One plain field and six that are asked first whether the call is theirs; it is.
#[derive(Debug, Clone, Copy, Default, InterceptorChain)]
pub struct Selected(
    Pass,
    #[chain(only = "/echo.v1.Echo/*")] Pass,
    #[chain(only = "/echo.v1.Echo/*")] Pass,
    #[chain(only = "/echo.v1.Echo/*")] Pass,
    #[chain(only = "/echo.v1.Echo/*")] Pass,
    #[chain(only = "/echo.v1.Echo/*")] Pass,
    #[chain(only = "/echo.v1.Echo/*")] Pass,
);

/// One plain field and six that are for another method.
#[derive(Debug, Clone, Copy, Default, InterceptorChain)]
pub struct PassedBy(
    Pass,
    #[chain(only = "/echo.v1.Echo/Say")] Pass,
    #[chain(only = "/echo.v1.Echo/Say")] Pass,
    #[chain(only = "/echo.v1.Echo/Say")] Pass,
    #[chain(only = "/echo.v1.Echo/Say")] Pass,
    #[chain(only = "/echo.v1.Echo/Say")] Pass,
    #[chain(only = "/echo.v1.Echo/Say")] Pass,
);

/// Ten of one sort, as a tuple.
#[must_use]
pub fn ten<I: Interceptor + Copy>(it: I) -> impl Interceptor + Copy {
    (it, it, it, it, it, it, it, it, it, it)
}

/// Five of one sort, as a tuple.
#[must_use]
pub fn five<I: Interceptor + Copy>(it: I) -> impl Interceptor + Copy {
    (it, it, it, it, it)
}
