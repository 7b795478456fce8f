//! What `intercept_call` looks like, said in types, so that a definition that looks otherwise is reported once, at the type's
//! name and in our words.
//!
//! `#[grpc_interceptor]` on a struct never sees the function; it hands its path to [`intercept_call`]. rustc then looks for
//! the one [`Shape`] that fits. The common mistakes are shapes as well, each of a kind `K` for which one of the traits
//! below does not hold, and that trait's text is the message. There are always several candidates, because with a single
//! one rustc goes on into its conditions and reports those instead; `do_not_recommend` says the same of the traits below.

use tonic::Status;

use crate::{
    Call, CallType, Interceptor, Next, Reply,
    blocking::{self, BlockingNext},
};

/// Calls `function`, which is the `intercept_call` of `S`.
#[inline]
pub fn intercept_call<'s, S, T, N, F, K, A>(
    function: F,
    this: &'s S,
    call: Call<T>,
    next: N,
) -> <F::Answer as Answer<S, T, A>>::Future
where
    T: CallType,
    N: Next<T>,
    F: Shape<'s, S, T, N, K>,
    S: TakesSharedSelf<K>,
    S: TakesCallThenNext<K>,
    S: TakesNoFewer<K>,
    S: TakesNoMore<K>,
    F::Answer: Answer<S, T, A>,
    S: IsAsync<A>,
{
    function.call(this, call, next).future()
}

/// A blocking `intercept_call` with its `self`, for a thread to call.
pub(crate) type Blocking<T> =
    Box<dyn FnOnce(Call<T>, BlockingNext<T>) -> Result<Reply<T>, Status> + Send>;

/// The blocking `intercept_call` of `S`, for [`on_a_thread`].
///
/// Boxed, so that nothing after it asks for its bounds again: rustc would report a mistake twice. Beside a change of
/// threads a box is nothing.
pub fn blocking_intercept_call<S, T, F, K, R>(function: F, this: &S) -> Blocking<T>
where
    S: GoesToAThread,
    T: CallType,
    F: for<'s> Shape<'s, S, T, BlockingNext<T>, K, Answer = R> + Send + 'static,
    S: BlockingSharedSelf<K>,
    S: BlockingCallThenNext<K>,
    S: BlockingNoFewer<K>,
    S: BlockingNoMore<K>,
    R: BlockingAnswer<S, T>,
{
    let this = this.clone();
    Box::new(move |call, next| function.call(&this, call, next).result())
}

/// Has a thread call it.
pub fn on_a_thread<T: CallType, N: Next<T>>(
    function: Blocking<T>,
    call: Call<T>,
    next: N,
) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
    blocking::intercept(call, next, function)
}

/// What runs on another thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cloned",
    label = "a blocking interceptor runs on threads of its own, with a clone of itself for each call",
    note = "put `#[derive(Clone)]` on `{Self}`, and what calls share into an `Arc`"
)]
pub trait GoesToAThread: Clone + Send + Sync + 'static {}

// An interceptor, which a reference to one is not: or rustc would advise to borrow it.
#[diagnostic::do_not_recommend]
impl<S: Interceptor + Clone> GoesToAThread for S {}

/// What a blocking `fn` returns.
#[diagnostic::on_unimplemented(
    message = "`intercept_call` of `{S}` does not return `Result<Reply<T>, Status>`",
    label = "this type's `intercept_call` returns something else",
    note = "write `fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>) -> Result<Reply<T>, Status>`",
    note = "if it is an `async fn`: leave out `async` here, or `blocking` in the attribute"
)]
pub trait BlockingAnswer<S, T: CallType> {
    /// Gives it.
    fn result(self) -> Result<Reply<T>, Status>;
}

#[diagnostic::do_not_recommend]
impl<S, T: CallType> BlockingAnswer<S, T> for Result<Reply<T>, Status> {
    #[inline]
    fn result(self) -> Self {
        self
    }
}

/// A function that `K` describes.
#[diagnostic::on_unimplemented(
    message = "`intercept_call` of `{S}` does not have the signature of an interceptor",
    label = "this type's `intercept_call` takes something else",
    note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`",
    note = "for one call type only: `#[grpc_interceptor(kinds(unary_unary), otherwise = reject)]`, and `Call<UnaryUnary>`",
    note = "without `async`: `#[grpc_interceptor(blocking)]`, and `next: BlockingNext<T>`"
)]
pub trait Shape<'s, S, T: CallType, N, K> {
    /// What the function returns.
    type Answer;

    /// Calls it.
    fn call(self, this: &'s S, call: Call<T>, next: N) -> Self::Answer;
}

/// What an `async fn` returns.
#[diagnostic::on_unimplemented(
    message = "`intercept_call` of `{S}` does not return `Result<Reply<T>, Status>`",
    label = "this type's `intercept_call` returns something else",
    note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`"
)]
pub trait Answer<S, T: CallType, A> {
    /// The future itself.
    type Future: Future<Output = Result<Reply<T>, Status>>;

    /// Gives it.
    fn future(self) -> Self::Future;
}

/// As it should be.
#[derive(Debug)]
pub enum Right {}
/// `&mut self`.
#[derive(Debug)]
pub enum MutSelf {}
/// `self`.
#[derive(Debug)]
pub enum OwnedSelf {}
/// No receiver.
#[derive(Debug)]
pub enum NoSelf {}
/// `next` before `call`.
#[derive(Debug)]
pub enum Swapped {}
/// No `next`.
#[derive(Debug)]
pub enum TooFew {}
/// Something after `next`.
#[derive(Debug)]
pub struct TooMany<X>(X);
/// A result, and no future of one.
#[derive(Debug)]
pub enum NoFuture {}

// === impl Shape ===

impl<'s, F, S, T, N, R> Shape<'s, S, T, N, Right> for F
where
    S: 's,
    T: CallType,
    F: FnOnce(&'s S, Call<T>, N) -> R,
{
    type Answer = R;

    #[inline]
    fn call(self, this: &'s S, call: Call<T>, next: N) -> R {
        self(this, call, next)
    }
}

/// A shape that is never called, as it does not compile.
macro_rules! mistaken {
    ($kind:ty $(, $extra:ident)?: $($argument:ty),*) => {
        impl<'s, F, S, T, N, R $(, $extra)?> Shape<'s, S, T, N, $kind> for F
        where
            S: 's,
            T: CallType,
            F: FnOnce($($argument),*) -> R,
        {
            type Answer = R;

            fn call(self, _: &'s S, _: Call<T>, _: N) -> R {
                unreachable!("a shape that does not compile")
            }
        }
    };
}

mistaken!(MutSelf: &'s mut S, Call<T>, N);
mistaken!(OwnedSelf: S, Call<T>, N);
mistaken!(NoSelf: Call<T>, N);
mistaken!(Swapped: &'s S, N, Call<T>);
mistaken!(TooFew: &'s S, Call<T>);
mistaken!(TooMany<X>, X: &'s S, Call<T>, N, X);

// === impl Answer ===

#[diagnostic::do_not_recommend]
impl<S, T: CallType, R: Future<Output = Result<Reply<T>, Status>>> Answer<S, T, Right> for R {
    type Future = R;

    #[inline]
    fn future(self) -> R {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: CallType> Answer<S, T, NoFuture> for Result<Reply<T>, Status> {
    type Future = std::future::Ready<Self>;

    fn future(self) -> Self::Future {
        unreachable!("a shape that does not compile")
    }
}

/// A second candidate, always.
#[diagnostic::do_not_recommend]
impl<S, T: CallType, R: Unheard> Answer<S, T, NoSelf> for R {
    type Future = std::future::Ready<Result<Reply<T>, Status>>;

    fn future(self) -> Self::Future {
        unreachable!("a shape that does not compile")
    }
}

/// Nothing is.
pub trait Unheard {}

/// A rule: a trait with a message, which holds for every type unless the kind is a mistake of the rule's.
macro_rules! rule {
    ($(#[$message:meta])* $rule:ident, $kept_by:ident: $($kind:ty $(where $extra:ident)?),*) => {
        $(#[$message])*
        pub trait $rule<K> {}

        /// The kinds that keep to the rule.
        pub trait $kept_by {}

        #[diagnostic::do_not_recommend]
        impl<S, K: $kept_by> $rule<K> for S {}

        $(impl $(<$extra>)? $kept_by for $kind {})*
    };
}

rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` does not take `&self`",
        label = "one interceptor serves many calls at the same time: take `&self`, and keep what changes in an atomic or behind a lock",
        note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`"
    )]
    TakesSharedSelf, SharesSelf: Right, Swapped, TooFew, TooMany<X> where X
}

rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` takes its arguments in the wrong order",
        label = "`call` comes first, `next` last",
        note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`"
    )]
    TakesCallThenNext, InOrder: Right, MutSelf, OwnedSelf, NoSelf, TooFew, TooMany<X> where X
}

rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` takes too few arguments",
        label = "it takes `&self, call: Call<T>, next: impl Next<T>`",
        note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`"
    )]
    TakesNoFewer, Enough: Right, MutSelf, OwnedSelf, NoSelf, Swapped, TooMany<X> where X
}

rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` takes too many arguments",
        label = "it takes `&self, call: Call<T>, next: impl Next<T>`: keep what else it needs in `self`",
        note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`"
    )]
    TakesNoMore, NoneTooMany: Right, MutSelf, OwnedSelf, NoSelf, Swapped, TooFew
}

rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` is not an `async fn`",
        label = "write `async fn intercept_call`",
        note = "or make it a blocking definition: `#[grpc_interceptor(blocking)]`, and `fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>) -> Result<Reply<T>, Status>`"
    )]
    IsAsync, Awaited: Right, NoSelf
}

/// The same rule for blocking definitions, in words that are theirs.
macro_rules! blocking_rule {
    ($(#[$message:meta])* $rule:ident, $kept_by:ident) => {
        $(#[$message])*
        pub trait $rule<K> {}

        #[diagnostic::do_not_recommend]
        impl<S, K: $kept_by> $rule<K> for S {}
    };
}

blocking_rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` does not take `&self`",
        label = "one interceptor serves many calls at the same time: take `&self`, and keep what changes in an atomic or behind a lock",
        note = "write `fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>) -> Result<Reply<T>, Status>`"
    )]
    BlockingSharedSelf, SharesSelf
}

blocking_rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` takes its arguments in the wrong order",
        label = "`call` comes first, `next` last",
        note = "write `fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>) -> Result<Reply<T>, Status>`"
    )]
    BlockingCallThenNext, InOrder
}

blocking_rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` takes too few arguments",
        label = "it takes `&self, call: Call<T>, next: BlockingNext<T>`",
        note = "write `fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>) -> Result<Reply<T>, Status>`"
    )]
    BlockingNoFewer, Enough
}

blocking_rule! {
    /// A rule about `K`.
    #[diagnostic::on_unimplemented(
        message = "`intercept_call` of `{Self}` takes too many arguments",
        label = "it takes `&self, call: Call<T>, next: BlockingNext<T>`: keep what else it needs in `self`",
        note = "write `fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>) -> Result<Reply<T>, Status>`"
    )]
    BlockingNoMore, NoneTooMany
}

/// In scope where the attribute calls `intercept_call` by path, so that it finds this one if there is no other.
pub trait NoInterceptCall {
    /// Never called, as it does not compile.
    fn intercept_call<T: CallType, N: Next<T>>(
        &self,
        call: Call<T>,
        next: N,
    ) -> std::future::Ready<Result<Reply<T>, Status>>
    where
        Self: HasInterceptCall;
}

/// Nothing has, or this function would not have been found.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `intercept_call`",
    label = "an `impl` block of this type has to define it",
    note = "write `async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>`",
    note = "if there is one: its `impl` block may ask no more of the type's parameters than the type itself does, or the attribute goes on that block; and this module must be able to see it"
)]
pub trait HasInterceptCall {}

// === impl NoInterceptCall ===

impl<S: ?Sized> NoInterceptCall for S {
    fn intercept_call<T: CallType, N: Next<T>>(
        &self,
        _: Call<T>,
        _: N,
    ) -> std::future::Ready<Result<Reply<T>, Status>>
    where
        Self: HasInterceptCall,
    {
        unreachable!("a call that does not compile")
    }
}
