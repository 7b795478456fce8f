//! What the edges of a layer write.

use http::{Request, Version};
use interceptor_test::laws::scene::{Chain, Scene};

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    support::{Svc, body::frame, echo, net, path},
};

/// P4: an answer without messages is one HEADERS frame that ends the stream, as without the layer.
pub(crate) async fn one_frame(cell: Cell, scene: &Scene) -> Verdict {
    let layered = scene.way.layer(cell.side, Chain::default(), echo::routes());
    scene.visit();
    ensure(ends_with_headers(cell, echo::routes()).await, || {
        "the bare handler does not".to_owned()
    })?;
    ensure(ends_with_headers(cell, layered).await, || {
        "an error without messages is more than one frame".to_owned()
    })
}

async fn ends_with_headers(cell: Cell, service: Svc) -> bool {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    net::serve(service).send(Ok(theirs)).unwrap();
    let (client, connection) = h2::client::handshake(ours).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let request = Request::post(format!("http://peer.test{}", path(cell.kind)))
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    let request = request.body(()).unwrap();
    let (response, mut request) = client.send_request(request, false).unwrap();
    request.send_data(frame("fail:5"), true).unwrap();
    response.await.unwrap().into_body().is_end_stream()
}
