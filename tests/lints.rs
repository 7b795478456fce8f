//! Generated code is clean under the lints that users turn on. What this file does not reach is `clippy`: run it with
//! `cargo clippy --all-targets`, as `.ci/run` does.

#![deny(warnings)]
#![deny(
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations
)]
#![deny(
    unreachable_pub,
    unused_qualifications,
    unused_results,
    unused_import_braces
)]
#![deny(
    unused_lifetimes,
    single_use_lifetimes,
    redundant_lifetimes,
    elided_lifetimes_in_paths
)]
#![deny(
    explicit_outlives_requirements,
    impl_trait_redundant_captures,
    trivial_casts,
    trivial_numeric_casts
)]
#![deny(
    let_underscore_drop,
    non_local_definitions,
    private_bounds,
    private_interfaces,
    redundant_imports
)]
#![deny(
    keyword_idents,
    non_ascii_idents,
    meta_variable_misuse,
    macro_use_extern_crate,
    absolute_paths_not_starting_with_crate
)]
#![deny(
    variant_size_differences,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unsafe_code
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

use grpc_interceptor::prelude::*;

/// In the struct form.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

/// What decides.
pub(crate) trait Policy: Send + Sync + 'static {
    /// Decides.
    fn allows(&self) -> bool;
}

impl Policy for bool {
    fn allows(&self) -> bool {
        *self
    }
}

/// In the impl form, with parameters, for some call types.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate<P, const N: usize> {
    /// Decides.
    pub(crate) policy: P,
}

#[grpc_interceptor(kinds(unary_unary, stream_stream), otherwise = reject, name = "gate")]
impl<P: Policy, const N: usize> Gate<P, N> {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if self.policy.allows() {
            next.run(call).await
        } else {
            Err(Status::permission_denied("not you"))
        }
    }

    async fn intercept_unary_stream(
        &self,
        call: Call<UnaryStream>,
        next: impl Next<UnaryStream>,
    ) -> Result<Reply<UnaryStream>, Status> {
        next.run(call).await
    }
}

/// Nobody should use it, and nobody is told twice.
#[grpc_interceptor]
#[deprecated]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Old;

// Its own definition has to name it.
#[allow(deprecated)]
impl Old {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

/// Every kind of field.
#[derive(Debug, InterceptorChain)]
pub(crate) struct Edge<'a, A, const N: usize> {
    /// Plain.
    pub(crate) timing: Timing,
    /// Selected.
    #[chain(client, only = "/echo.v1.Echo/*", except = "/echo.v1.Echo/Say")]
    pub(crate) gate: Gate<bool, N>,
    /// Of a type to come.
    #[chain(server)]
    pub(crate) auth: Option<A>,
    /// No part of it.
    #[chain(skip)]
    pub(crate) name: &'a str,
}

/// With a wall.
#[derive(Debug, Clone, Copy, InterceptorChain)]
pub(crate) struct Nine(
    Timing,
    Timing,
    Timing,
    Timing,
    Timing,
    Timing,
    Timing,
    Timing,
    Timing,
);

/// Pitfall P41.
#[test]
fn compiles_without_a_warning() {
    const fn is_one(_: &impl Interceptor) {}
    /// Inside a function.
    #[grpc_interceptor]
    #[derive(Debug, Clone, Copy)]
    struct Local;

    impl Local {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            next.run(call).await
        }
    }

    /// Inside a function.
    #[derive(Debug, Clone, Copy, InterceptorChain)]
    struct LocalEdge(Local);

    let edge = Edge {
        timing: Timing,
        gate: Gate::<_, 1> { policy: true },
        auth: Some(Timing),
        name: "edge",
    };
    is_one(&edge);
    assert_eq!(edge.name, "edge");
    is_one(&LocalEdge(Local));
    // Or it would be dead code.
    #[allow(deprecated)]
    is_one(&Old);
    let t = Timing;
    is_one(&Nine(t, t, t, t, t, t, t, t, t));
}
