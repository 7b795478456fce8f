#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "a generated trait decides the signature"
)]
impl<P: Policy> MyEcho<P> {
    fn unary_echo(
        &self,
        r: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        todo!()
    }
    fn get_url(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<
            impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>,
        >,
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
    use ::grpc_interceptor::__private as __p;
    #[automatically_derived]
    impl<P: Policy> Echo for MyEcho<P> {
        type GetURLStream = __p::Replies<EchoReply>;
        type GetAllStream = __p::Replies<
            <<Vec<
                Result<EchoReply, Status>,
            > as __p::IntoIterator>::Item as __p::ReplyItem>::Message,
        >;
        fn unary_echo<'life0, 'async_trait>(
            &'life0 self,
            __request: Request<EchoRequest>,
        ) -> __p::Pin<
            __p::Box<
                dyn __p::Future<
                    Output = Result<Response<EchoReply>, Status>,
                > + __p::Send + 'async_trait,
            >,
        >
        where
            'life0: 'async_trait,
            Self: 'async_trait,
        {
            __p::Box::pin(
                __p::Handling::reply(
                    __p::Handling::one(__request),
                    __p::to_a_thread(self),
                    |__service, __request| <MyEcho<P>>::unary_echo(&__service, __request),
                ),
            )
        }
        fn get_url<'life0, 'async_trait>(
            &'life0 self,
            __request: __p::Request<__p::Streaming<EchoRequest>>,
        ) -> __p::Pin<
            __p::Box<
                dyn __p::Future<
                    Output = __p::Result<__p::Response<Self::GetURLStream>, __p::Status>,
                > + __p::Send + 'async_trait,
            >,
        >
        where
            'life0: 'async_trait,
            Self: 'async_trait,
        {
            __p::Box::pin(
                __p::Handling::replies(
                    __p::Handling::stream(__request),
                    __p::to_a_thread(self),
                    |__service, __request| <MyEcho<P>>::get_url(&__service, __request),
                ),
            )
        }
        fn get_all<'life0, 'async_trait>(
            &'life0 self,
            __request: Request<EchoRequest>,
        ) -> __p::Pin<
            __p::Box<
                dyn __p::Future<
                    Output = __p::Result<__p::Response<Self::GetAllStream>, __p::Status>,
                > + __p::Send + 'async_trait,
            >,
        >
        where
            'life0: 'async_trait,
            Self: 'async_trait,
        {
            __p::Box::pin(
                __p::Handling::replies(
                    __p::Handling::one(__request),
                    __p::to_a_thread(self),
                    |__service, __request| <MyEcho<P>>::get_all(&__service, __request),
                ),
            )
        }
    }
};
