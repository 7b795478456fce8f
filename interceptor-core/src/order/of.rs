//! The order of the type of a field, whether it is an interceptor or not: that it is none is said elsewhere, once.

use std::marker::PhantomData;

use super::Order;
use crate::Interceptor;

/// `OrderOf::<Timing>::ORDER` is that of the interceptor. Of any other type it is that of [`NoOrder`].
#[derive(Debug)]
pub struct OrderOf<T: ?Sized>(PhantomData<T>);

/// What an inherent constant goes before.
pub trait NoOrder {
    /// Nothing.
    const ORDER: Order = Order::NONE;
}

// === impl OrderOf ===

impl<T: Interceptor> OrderOf<T> {
    /// What the interceptor says.
    pub const ORDER: Order = T::ORDER;
}

impl<T: ?Sized> NoOrder for OrderOf<T> {}
