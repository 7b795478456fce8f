#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "a generated trait decides the signature"
)]
impl MyEcho {
    fn unary_echo(
        self: Arc<Self>,
        r: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        todo!()
    }
    fn get_url(
        self: Arc<Self>,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send>>,
        Status,
    > {
        todo!()
    }
    fn get_all(
        self: Arc<Self>,
        r: Request<EchoRequest>,
    ) -> Result<Response<Vec<Result<EchoReply, Status>>>, Status> {
        todo!()
    }
}
const _: () = {
    use interceptor_core::__private as __p;
    #[automatically_derived]
    impl Echo for MyEcho {
        fn unary_echo<'async_trait>(
            self: __p::Arc<Self>,
            __request: Request<EchoRequest>,
        ) -> __p::Pin<
            __p::Box<
                dyn __p::Future<
                    Output = Result<Response<EchoReply>, Status>,
                > + __p::Send + 'async_trait,
            >,
        >
        where
            Self: 'async_trait,
        {
            __p::Box::pin(
                __p::Handling::reply(
                    __p::Handling::one(__request),
                    self,
                    |__service, __request| <MyEcho>::unary_echo(__service, __request),
                ),
            )
        }
        fn get_url<'async_trait>(
            self: __p::Arc<Self>,
            __request: __p::Request<__p::Streaming<EchoRequest>>,
        ) -> __p::Pin<
            __p::Box<
                dyn __p::Future<
                    Output = __p::Result<
                        __p::Response<__p::BoxStream<EchoReply>>,
                        __p::Status,
                    >,
                > + __p::Send + 'async_trait,
            >,
        >
        where
            Self: 'async_trait,
        {
            __p::Box::pin(
                __p::Handling::boxed_replies(
                    __p::Handling::stream(__request),
                    self,
                    |__service, __request| <MyEcho>::get_url(__service, __request),
                ),
            )
        }
        fn get_all<'async_trait>(
            self: __p::Arc<Self>,
            __request: Request<EchoRequest>,
        ) -> __p::Pin<
            __p::Box<
                dyn __p::Future<
                    Output = __p::Result<
                        __p::Response<
                            __p::BoxStream<
                                <<Vec<
                                    Result<EchoReply, Status>,
                                > as __p::IntoIterator>::Item as __p::ReplyItem>::Message,
                            >,
                        >,
                        __p::Status,
                    >,
                > + __p::Send + 'async_trait,
            >,
        >
        where
            Self: 'async_trait,
        {
            __p::Box::pin(
                __p::Handling::boxed_replies(
                    __p::Handling::one(__request),
                    self,
                    |__service, __request| <MyEcho>::get_all(__service, __request),
                ),
            )
        }
    }
};
