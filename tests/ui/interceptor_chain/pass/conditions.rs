use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

#[derive(InterceptorChain)]
struct Edge {
    #[chain(client)]
    client: Timing,
    #[chain(server)]
    server: Timing,
    #[chain(only = "/shop.v1.Orders/*", "/shop.v1.Carts/Get", client)]
    only: Timing,
    #[chain(except = "/grpc.health.v1.Health/*")]
    #[chain(server)]
    except: Timing,
    #[chain(skip)]
    _name: String,
}

fn main() {
    is_interceptor(Edge {
        client: Timing,
        server: Timing,
        only: Timing,
        except: Timing,
        _name: String::new(),
    });
}

fn is_interceptor(_: impl Interceptor) {}
