//! What the edges of a layer write.

use http::{Method, Request, Version};
use tonic::body::Body;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        Svc,
        body::{Log, answer, body, data, frame, ok},
        echo, net, path, service,
    },
    world::{World, visit},
};

/// P4: an answer without messages is one HEADERS frame that ends the stream, as without the layer.
pub(crate) async fn one_frame(cell: Cell, subject: &Subject) -> Verdict {
    let layered = subject.layer(cell.side, Vec::new(), echo::routes());
    visit(cell);
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

/// P7: HTTP method, URI and version arrive as they were sent.
pub(crate) async fn request_line(cell: Cell, subject: &Subject) -> Verdict {
    let (seen, expected) = (Log::new(), Log::new());
    let world = World::new(cell, subject, Vec::new(), telling(&seen)).await;
    let bare = World::bare(cell, telling(&expected)).await;
    for method in [Method::POST, Method::GET, Method::OPTIONS, Method::PUT] {
        for uri in ["/users?page=2", path(cell.kind), "/a.B/c?d=e"] {
            for world in [&world, &bare] {
                let mut request = world.request(body([data("x")]));
                *request.method_mut() = method.clone();
                *request.uri_mut() = format!("http://peer.test{uri}").parse().unwrap();
                let _ = world.send(request).await;
            }
            let [seen, expected] = [seen.take(), expected.take()];
            ensure(seen == expected, || {
                format!("{method} {uri} arrives as {seen:?}, and not as {expected:?}")
            })?;
        }
    }
    Ok(())
}

/// Writes down what arrived.
fn telling(log: &Log<String>) -> Svc {
    let log = log.clone();
    service(move |request: Request<Body>| {
        let (method, path) = (request.method(), request.uri().path_and_query());
        log.push(format!("{method} {path:?} {:?}", request.version()));
        std::future::ready(Ok(answer([data("x"), ok()])))
    })
}
