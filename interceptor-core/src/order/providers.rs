//! Who provides a type in the chains of this program, for a message when it is missing.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use super::Rules;

/// The first interceptor that said so, for each type. As many as the program has in its code.
///
/// A lock of std, whatever the tests put in the place of the others: no call takes it, unless it fails for a type that is
/// missing.
static PROVIDERS: LazyLock<Mutex<HashMap<TypeId, &'static str>>> = LazyLock::new(Mutex::default);

/// A layer was made with this interceptor.
pub(super) fn remember(rules: &Rules) {
    if rules.provides.is_empty() {
        return;
    }
    let mut providers = PROVIDERS.lock().unwrap_or_else(PoisonError::into_inner);
    for provided in rules.provides {
        providers.entry(provided.id()).or_insert(rules.name);
    }
}

/// The interceptor that provides it.
pub(super) fn of<T: 'static>() -> Option<&'static str> {
    let providers = PROVIDERS.lock().unwrap_or_else(PoisonError::into_inner);
    providers.get(&TypeId::of::<T>()).copied()
}
