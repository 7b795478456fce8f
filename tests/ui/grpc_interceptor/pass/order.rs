#![deny(warnings, clippy::pedantic)]

use grpc_interceptor::{prelude::*, Interceptor, Role};

mod roles {
    use super::Role;

    pub(super) const AUTHENTICATING: Role = Role::new("authenticating");
    pub(super) const LOGGING: Role = Role::new("logging");
}

#[derive(Clone)]
struct User;

struct Tenant;

#[grpc_interceptor(
    provides(User, Option<&'static str>),
    requires(self::Tenant),
    server_only,
    role = roles::AUTHENTICATING,
    inside(roles::LOGGING)
)]
struct Auth;

impl Auth {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

struct Gate<A>(A);

#[grpc_interceptor(otherwise = reject, provides(A, Vec<A>), outside(roles::LOGGING, roles::AUTHENTICATING,))]
impl<A: Clone + Send + Sync + 'static> Gate<A> {
    async fn intercept_call(
        &self,
        mut call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        call.extensions_mut().insert(self.0.clone());
        call.extensions_mut().insert(vec![self.0.clone()]);
        next.run(call).await
    }
}

#[grpc_interceptor(blocking, client_only)]
#[derive(Clone)]
struct Patient;

impl Patient {
    fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>) -> Result<Reply<T>, Status> {
        next.run(call)
    }
}

fn main() {
    let rules = Auth::ORDER.rules();
    assert_eq!(rules[0].name(), "Auth");
    assert_eq!(rules[0].provided()[1].name(), "Option<&'static str>");
    assert_eq!(rules[0].required()[0].name(), "Tenant");
    assert_eq!(rules[0].side(), Some(Side::Server));
    let gate = Gate::<User>::ORDER.rules();
    assert_eq!(gate[0].provided()[0], rules[0].provided()[0]);
    assert_eq!(Patient::ORDER.rules()[0].side(), Some(Side::Client));
    let _ = (Auth, Gate(User), Patient, Tenant);
}
