use tonic::Status;

use crate::{Call, CallType, Interceptor, Next, Reply, interceptor::step};

/// An interceptor, borrowed from its chain, with the rest of the chain behind it.
#[derive(Debug)]
pub(crate) struct Link<'c, I: ?Sized, N> {
    interceptor: &'c I,
    next: N,
}

impl<'c, I: ?Sized, N> Link<'c, I, N> {
    #[inline]
    pub(crate) fn new(interceptor: &'c I, next: N) -> Self {
        Self { interceptor, next }
    }
}

impl<T: CallType, I: Interceptor + ?Sized, N: Next<T>> Next<T> for Link<'_, I, N> {
    #[inline]
    fn proceed(self, call: Call<T>) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        step(self.interceptor, call, self.next)
    }
}

impl<I: ?Sized, N: Clone> Clone for Link<'_, I, N> {
    fn clone(&self) -> Self {
        Self::new(self.interceptor, self.next.clone())
    }
}
