//! gRPC-Web, by tonic-web's layer above ours.

use bytes::{Buf as _, Bytes};
use http::{HeaderMap, Request, Version};
use http_body_util::BodyExt as _;
use interceptor_core::{BoxInterceptor, Side};
use tonic::{Code, Status};
use tonic_web::GrpcWebLayer;
use tower::{Layer as _, ServiceExt as _};

use interceptor_test::laws::scene::Scene;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    support::{
        Svc,
        body::{Step, answer, body, data, failed, ok, refuse},
        chain::Reject,
        path, service,
    },
};

/// In a frame's first byte: these are trailers.
const TRAILERS: u8 = 0x80;
const WEB: &str = "application/grpc-web+proto";

pub(super) fn servers(cell: Cell) -> Option<&'static str> {
    (cell.side == Side::Client).then_some("tonic-web's layer is a server's")
}

/// P29: what a web page gets is whole and has one status, wherever the call ended.
pub(super) async fn answers(cell: Cell, scene: &Scene) -> Verdict {
    let fine = service(|_| async { Ok(answer([data("x"), Step::Wait, ok()])) });
    let late = service(|_| async { Ok(answer([data("x"), failed(Code::Aborted, "late")])) });
    let at_once = service(|_| async { Ok(refuse(Code::NotFound, "at once")) });
    let rejected = Reject::with(Status::permission_denied("no"));
    let rejected = vec![BoxInterceptor::new(rejected)];
    let none = Vec::new;
    for (chain, handler, code) in [
        (none(), fine.clone(), Code::Ok),
        (none(), late, Code::Aborted),
        (none(), at_once, Code::NotFound),
        (rejected, fine, Code::PermissionDenied),
    ] {
        scene.visit();
        let layered = scene.way.layer(cell.side, chain.into(), handler);
        let page = ask(cell, layered).await?;
        let messages = usize::from(code == Code::Ok);
        page.has(code, messages..=1)?;
    }
    Ok(())
}

/// What a web page gets.
struct Page {
    headers: HeaderMap,
    messages: usize,
    /// As text, if there are any.
    trailers: Option<String>,
}

async fn ask(cell: Cell, service: Svc) -> Result<Page, String> {
    let request = Request::post(path(cell.kind))
        .version(Version::HTTP_11)
        .header("content-type", WEB);
    let request = request.body(body([data("a")])).unwrap();
    let web = GrpcWebLayer::new().layer(service);
    let response = web.oneshot(request).await;
    let (head, body) = response.map_err(|error| error.to_string())?.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?;
    Page::read(head.headers, body.to_bytes())
}

// === impl Page ===

impl Page {
    fn read(headers: HeaderMap, mut body: Bytes) -> Result<Self, String> {
        let mut page = Self {
            headers,
            messages: 0,
            trailers: None,
        };
        while !body.is_empty() {
            let is_whole = body.len() >= 5 && page.trailers.is_none();
            ensure(is_whole, || format!("{body:?} is no frame"))?;
            let (flag, length) = (body.get_u8(), body.get_u32() as usize);
            ensure(length <= body.len(), || format!("{body:?} is half a frame"))?;
            let content = body.split_to(length);
            if flag & TRAILERS == 0 {
                page.messages += 1;
            } else {
                page.trailers = Some(String::from_utf8_lossy(&content).into_owned());
            }
        }
        Ok(page)
    }

    fn has(&self, code: Code, messages: std::ops::RangeInclusive<usize>) -> Verdict {
        let trailers = self.trailers.as_deref().unwrap_or_default();
        let lines = trailers
            .split("\r\n")
            .filter_map(|line| line.split_once(':'));
        let in_trailers = lines.filter_map(|(name, code)| (name == "grpc-status").then_some(code));
        let in_headers = self.headers.get_all("grpc-status").iter();
        let in_headers = in_headers.filter_map(|code| code.to_str().ok());
        let codes: Vec<_> = in_headers.chain(in_trailers).map(str::trim).collect();
        let expected = (code as i32).to_string();
        ensure(codes == [expected.as_str()], || {
            format!("an answer that ends with {expected} says {codes:?}")
        })?;
        ensure(messages.contains(&self.messages), || {
            format!("an answer has {} messages", self.messages)
        })?;
        ensure(
            self.headers.get("content-type").is_some_and(|it| it == WEB),
            || format!("an answer is none of gRPC-Web: {:?}", self.headers),
        )
    }
}
