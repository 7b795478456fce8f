//! Calls of methods that nobody has.

use http::{Request, Version};
use interceptor_core::BoxInterceptor;
use tonic::{Status, body::Body};
use tower::ServiceExt as _;

use interceptor_test::laws::scene::Scene;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        Svc,
        body::{Log, body, data, refuse},
        chain::Reject,
        path, service,
    },
};

/// Names that a peer makes up.
const NAMES: usize = 1_000;

/// P39: a name that nobody has is intercepted, and labels do not grow with the names.
pub(super) async fn names(cell: Cell, scene: &Scene, subject: &Subject) -> Verdict {
    are_intercepted(cell, scene).await?;
    share_labels(cell, scene, subject).await
}

async fn are_intercepted(cell: Cell, scene: &Scene) -> Verdict {
    let reached = Log::new();
    let reject = Reject::with(Status::permission_denied("no"));
    let chain = vec![BoxInterceptor::new(reject.clone())];
    let service = scene
        .way
        .layer(cell.side, chain.into(), unimplemented(&reached));
    for path in ["/echo.v1.Echo/Nobody", "/no.body.Has/It", path(cell.kind)] {
        ask(scene, &service, path).await;
        let (calls, reached) = (reject.calls.take().len(), reached.take());
        ensure(reached.is_empty() && calls == 1, || {
            format!("{path} was intercepted {calls} times, and {reached:?} was reached")
        })?;
    }
    Ok(())
}

async fn share_labels(cell: Cell, scene: &Scene, subject: &Subject) -> Verdict {
    let reached = Log::new();
    let counted = subject.counted();
    let chain = vec![counted.interceptor];
    let service = scene
        .way
        .layer(cell.side, chain.into(), unimplemented(&reached));
    ask(scene, &service, "/made.up/0").await;
    let one = (counted.series)();
    for number in 1..NAMES {
        ask(scene, &service, &format!("/made.up{number}/{number}")).await;
    }
    let (all, reached) = ((counted.series)(), reached.len());
    ensure(reached == NAMES, || {
        format!("{reached} of {NAMES} got through")
    })?;
    ensure(one > 0 && all == one, || {
        format!("of {NAMES} names there are {all} series, and of one {one}")
    })
}

fn unimplemented(reached: &Log<String>) -> Svc {
    let reached = reached.clone();
    service(move |request: Request<Body>| {
        reached.push(request.uri().path().to_owned());
        std::future::ready(Ok(refuse(tonic::Code::Unimplemented, "nobody has it")))
    })
}

async fn ask(scene: &Scene, service: &Svc, path: &str) {
    scene.visit();
    let request = Request::post(path)
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc");
    let request = request.body(body([data("a")])).unwrap();
    let _ = service.clone().oneshot(request).await;
}
