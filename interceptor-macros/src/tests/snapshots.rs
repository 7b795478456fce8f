//! Expansions as formatted Rust; `UPDATE_EXPECT=1` writes them anew. Read them like code, then commit.

use expect_test::expect_file;
use proc_macro2::TokenStream;

use super::{attribute, derive, service};

fn pretty(output: TokenStream) -> String {
    let file = syn::parse2(output).expect("an expansion is a list of items");
    prettyplease::unparse(&file)
}

/// `name: attribute(args, item)` or `name: derive(item)`, each with a file of that name.
macro_rules! snapshots {
    ($($name:ident: $expand:ident($($argument:expr),+);)+) => {$(
        #[test]
        fn $name() {
            let file = expect_file![concat!("../../tests/snapshots/", stringify!($name), ".rs")];
            file.assert_eq(&pretty($expand($($argument),+)));
        }
    )+};
}

const ONE: &str =
    "async fn intercept_call(&self, call: Call<UnaryUnary>, next: impl Next<UnaryUnary>)
    -> Result<Reply<UnaryUnary>, Status> { next.run(call).await }";
const EVERY: &str = "async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>)
    -> Result<Reply<T>, Status> { next.run(call).await }";
const OWN: &str =
    "async fn intercept_unary_stream(&self, call: Call<UnaryStream>, next: impl Next<UnaryStream>)
    -> Result<Reply<UnaryStream>, Status> { next.run(call).await }";

const BLOCKING: &str = "fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>)
    -> Result<Reply<T>, Status> { next.run(call) }";
const OWN_BLOCKING: &str =
    "fn intercept_unary_stream(&self, call: Call<UnaryStream>, next: BlockingNext<UnaryStream>)
    -> Result<Reply<UnaryStream>, Status> { next.run(call) }";
const HANDLERS: &str =
    "fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> { todo!() }
    #[blocking(stream = GetURLStream)]
    fn get_url(&self, r: Request<blocking::Messages<EchoRequest>>)
    -> Result<Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>, Status> { todo!() }
    #[blocking(stream)]
    fn get_all(&self, r: Request<EchoRequest>) -> Result<Response<Vec<Result<EchoReply, Status>>>, Status> { todo!() }";

snapshots! {
    attribute_blocking_struct: attribute("blocking", "struct Timing;");
    attribute_blocking_impl: attribute("", &format!("impl Timing {{ {BLOCKING} {OWN_BLOCKING} }}"));
    service_in_every_form: service("", &format!("impl<P: Policy> Echo for MyEcho<P> {{ {HANDLERS} }}"));
    service_of_stubs: service("default_stubs, crate = interceptor_core", &format!("impl Echo for MyEcho {{ {} }}", HANDLERS.replace("&self", "self: Arc<Self>").replace(" = GetURLStream", "").replace(" + use<>", "")));
    service_with_mistakes: service("", &format!("impl Echo for MyEcho {{ {} }}", HANDLERS.replace("fn unary_echo", "async fn unary_echo").replace(" + use<>", "")));
    attribute_struct: attribute("", "struct Timing;");
    attribute_generic_struct: attribute("", "struct Gate<'a, P: Policy = Always, const N: usize = 1>(&'a P) where P: Clone;");
    attribute_kinds: attribute("kinds(unary_unary, unary_stream), otherwise = pass", "enum Timing { Fine, Coarse }");
    attribute_impl: attribute("name = \"timing\", crate = interceptor_core", &format!("impl Timing {{ {EVERY} }}"));
    attribute_that_buffers: attribute("buffers = Self::kept", "struct Retry { limit: usize }");
    attribute_order: attribute("provides(auth::Claims, Id<P>, P::Key), requires(RequestId), server_only, role = order::AUTHENTICATING, outside(order::AUTHORIZING), inside(order::LOGGING, TRACING)", "struct Auth<P: Policy>(P);");
    attribute_one_call_type: attribute("otherwise = reject", &format!("impl Timing {{ {ONE} }}"));
    attribute_own_method: attribute("", &format!("impl<P: Policy> Gate<P> {{ {EVERY} {OWN} }}"));
    attribute_with_mistakes: attribute("kinds(unary_unary)", &format!("impl Timing {{ {} }}", EVERY.replace("&self", "&mut self")));
    attribute_mended: attribute("", &format!("impl Timing {{ {} }}", EVERY.replace("<T: CallType>", "<T>")));
    chain_of_two: derive("struct Edge { timing: Timing, retry: Retry }");
    chain_of_nine: derive("struct Edge(A, B, C, D, E, F, G, H, I);");
    chain_conditions: derive("struct Edge {
        #[chain(client)] retry: Retry,
        #[chain(only = \"/shop.v1.Orders/*\", \"/shop.v1.Carts/Get\", except = \"/shop.v1.Orders/List\", server)] auth: Auth,
        #[chain(skip)] name: String,
        #[chain(allow_order, server)] late: Late,
    }");
    chain_that_requires: derive("#[chain(requires(auth::Claims))] struct Inner { authz: Authz }");
    chain_of_constants: derive("struct Edge {
        #[chain(only = shop::ORDERS_CREATE, \"/shop.v1.Carts/Get\", ::users::ALL, HERE, client)] retry: Retry,
        #[chain(except = r#type::ORDERS)] auth: Auth,
    }");
    chain_generics: derive("#[chain(crate = interceptor_core)]
        struct Edge<'a, A, const N: usize = 2> where A: Clone { first: A, second: Option<A>, #[chain(skip)] names: [&'a str; N] }");
    chain_with_attribute: derive("#[grpc_interceptor] struct Edge { timing: Timing }");
    chain_with_mistakes: derive("struct Edge { #[chain(client, server)] timing: Timing, #[chain(only = \"Orders\")] auth: Auth }");
}

#[test]
fn same_input_same_output() {
    let source = "struct Edge { #[chain(client)] timing: Timing, retry: Retry }";
    assert_eq!(derive(source).to_string(), derive(source).to_string());
}
