//! A guard sees the status in trailers, and may put another into its place.

use http::Request;
use interceptor_core::{Call, CallType, Guard, Next, Origin, Reply, Side};
use tonic::{Code, Status};
use tower::ServiceExt as _;

use super::answering;
use crate::support::{
    Edge,
    body::{Log, Read, Step, body, data, headers, replying, status},
    chain::one_body,
    everywhere, path,
};

/// Puts another status into the place of the one that comes, if it is of this code.
#[derive(Debug, Clone)]
struct Changes(Code, Log<String>);

impl Changes {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut reply = next.run(call).await?;
        reply.guard(self.clone())?;
        Ok(reply)
    }
}

impl Guard for Changes {
    fn failed(&mut self, status: &Status) -> Option<Status> {
        let origin = Origin::of(status);
        self.1.push(format!("{} {origin:?}", status.message()));
        (status.code() == self.0).then(|| Status::aborted("changed"))
    }
}

one_body!([] Changes);

/// Of a response that is still to come: one that streams, or one over what is kept.
async fn read(code: Code, changes: Code) -> Vec<(Side, Read, Vec<String>)> {
    let mut all = Vec::new();
    for (kind, side) in everywhere() {
        let mut trailers = status(code, "below");
        trailers.extend(headers(&[("x-below", "here")]));
        let mut steps = answering(kind);
        *steps.last_mut().unwrap() = Step::Trailers(trailers);
        let log = Log::new();
        let edge = Edge::new(side, Changes(changes, log.clone())).max_settled_bytes(3);
        let service = edge.around(replying(&Log::new(), &steps));
        let request = Request::post(path(kind)).body(body([data("a")])).unwrap();
        let response = service.oneshot(request).await.unwrap();
        all.push((side, Read::to_end(response.into_body()).await, log.take()));
    }
    all
}

#[tokio::test]
async fn a_status_in_trailers_is_seen_and_changed() {
    for (side, read, told) in read(Code::NotFound, Code::NotFound).await {
        let trailers = read.trailers.unwrap();
        assert_eq!(trailers["grpc-status"], "10");
        assert_eq!(trailers["grpc-message"], "changed");
        assert!(
            !trailers.contains_key("x-below"),
            "they are the new status's"
        );
        let origin = match side {
            Side::Client => "below Peer { headers_received: true }",
            Side::Server => "below Local",
        };
        assert_eq!(told, [origin]);
    }
}

#[tokio::test]
async fn what_it_does_not_change_passes_as_it_came() {
    for (_, read, told) in read(Code::NotFound, Code::DataLoss).await {
        let trailers = read.trailers.unwrap();
        assert_eq!(
            (&trailers["grpc-status"], &trailers["x-below"]),
            (&"5".parse().unwrap(), &"here".parse().unwrap())
        );
        assert_eq!(told.len(), 1);
    }
    for (_, read, told) in read(Code::Ok, Code::Ok).await {
        assert_eq!(read.trailers.unwrap()["grpc-status"], "0");
        assert!(told.is_empty(), "OK is no failure: {told:?}");
    }
}
