use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response};
use testproto::helloworld::{HelloReply, HelloRequest, greeter_server};

trait Greeting: Clone + Send + Sync + 'static {
    fn greet(&self, name: &str) -> String;
}

#[derive(Clone)]
struct MyGreeter<G>(G);

#[blocking_service]
impl<G: Greeting> greeter_server::Greeter for MyGreeter<G> {
    /// Says hello.
    fn say_hello(&self, r: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let message = self.0.greet(&r.into_inner().name);
        Ok(Response::new(HelloReply { message }))
    }
}

#[derive(Clone)]
struct Hello;

impl Greeting for Hello {
    fn greet(&self, name: &str) -> String {
        format!("Hello {name}!")
    }
}

fn main() {
    let greeter = MyGreeter(Hello);
    let name = "you".to_owned();
    let reply = greeter.say_hello(Request::new(HelloRequest { name }));
    assert_eq!(reply.unwrap().into_inner().message, "Hello you!");
    greeter_server::GreeterServer::new(greeter);
}
