//! Why a request failed: found by the thread that reads it, told by the one that waits for the response.

use shuttle_tests::{
    Call, Interceptor, Next, Reply, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
};

use super::*;

/// Refuses the second message.
struct Refuse;

impl Refuse {
    async fn run<N: Next<StreamStream>>(
        mut call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        let mut messages = 0;
        call.payload_mut().try_map(move |message| {
            messages += 1;
            if messages < 2 {
                Ok(message)
            } else {
                Err(Status::permission_denied("the second"))
            }
        })?;
        next.run(call).await
    }
}

impl Interceptor for Refuse {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
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
        Self::run(call, next).await
    }
}

/// The transport says only that the request broke; the caller is told why.
#[test]
fn the_reason_of_this_side_is_told() {
    check(|| {
        let service = tower::service_fn(|request: Request<Body>| async move {
            let (answer, answered) = tokio::sync::oneshot::channel();
            let reader = read(request.into_body());
            thread::spawn(move || {
                assert!(reader.join().unwrap().is_err());
                let _ = answer.send(());
            });
            answered.await?;
            Err::<Response<Body>, BoxError>("the request broke".into())
        });
        assert_eq!(
            call(Refuse, service, live::live()),
            Err(Code::PermissionDenied)
        );
    });
}
