use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response};
use testproto::links::{Link, LinkRequest, links_server::Links};

#[derive(Clone)]
struct MyLinks;

#[blocking_service]
impl Links for MyLinks {
    #[blocking(name = GetURLStream)]
    fn get_url(
        &self,
        r: Request<LinkRequest>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<Link, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let url = r.into_inner().name;
        Ok(Response::new([Ok(Link { url })]))
    }

    fn r#type(
        &self,
        r: Request<blocking::Messages<LinkRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<Link, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let link = |request: LinkRequest| Link { url: request.name };
        Ok(Response::new(r.into_inner().map(move |it| it.map(link))))
    }
}

fn main() {}
