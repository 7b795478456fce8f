#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "a generated trait decides the signature"
)]
impl MyEcho {
    async fn unary_echo(
        &self,
        r: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        todo!()
    }
    fn get_url(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send>>,
        Status,
    > {
        todo!()
    }
    fn get_all(
        &self,
        r: Request<EchoRequest>,
    ) -> Result<Response<Vec<Result<EchoReply, Status>>>, Status> {
        todo!()
    }
}
const _: () = {
    fn __inert<__S: Echo>() {}
};
::core::compile_error! {
    "handlers of a blocking service are plain `fn`s: leave `async` out, or leave out `#[blocking_service]` and write all of them with `async`"
}
::core::compile_error! {
    "`+ use<>` is missing at the end: the replies outlive the function and may not borrow `self`; clone what they need of it"
}
