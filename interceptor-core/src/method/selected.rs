//! Which patterns of chains select a method: asked once, then known.

use std::{
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::Method;
use crate::__private::Patterns;

/// What is known of one method, for as many lists of patterns as a program has as a rule. It is a part of the method's row
/// in a table, so it lives and dies with that.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// Each is the address of a list that was asked, and in the lowest bit what it said; or zero. A list is a static, so
    /// nothing else ever has its address. Two lists of one place: the second is asked each time.
    places: [AtomicUsize; PLACES],
}

const PLACES: usize = 16;

const YES: usize = 1;

// The lowest bit of an address is free.
const _: () = assert!(align_of::<Patterns>() > YES);

impl Method {
    /// Whether one of the patterns selects it.
    #[inline]
    pub(crate) fn is_one_of(&self, patterns: &'static Patterns) -> bool {
        let address = ptr::from_ref(patterns).addr();
        let place = &self.0.selected.places[address / size_of::<Patterns>() % PLACES];
        let known = place.load(Ordering::Relaxed);
        if known & !YES == address {
            known & YES == YES
        } else {
            self.ask(patterns, address, place)
        }
    }

    #[cold]
    fn ask(&self, patterns: &'static Patterns, address: usize, place: &AtomicUsize) -> bool {
        let selected = patterns.list.iter().any(|it| it.matches(self));
        let answer = address | usize::from(selected);
        // Taken by another list: that stays.
        let _ = place.compare_exchange(0, answer, Ordering::Relaxed, Ordering::Relaxed);
        selected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pattern;

    static ECHO: Patterns = Patterns {
        list: &[Pattern::service("echo.v1.Echo")],
    };
    static SAY: Patterns = Patterns {
        list: &[
            Pattern::method("echo.v1.Other", "Say"),
            Pattern::method("echo.v1.Echo", "Say"),
        ],
    };
    const OF_ECHO: Patterns = Patterns {
        list: &[Pattern::service("echo.v1.Echo")],
    };
    const OF_OTHER: Patterns = Patterns {
        list: &[Pattern::service("echo.v1.Other")],
    };
    static MANY: [Patterns; 2 * PLACES] = [OF_ECHO; 2 * PLACES];
    static OTHER: [Patterns; 2 * PLACES] = [OF_OTHER; 2 * PLACES];

    #[test]
    fn says_what_the_patterns_say_the_first_time_and_the_next() {
        for (path, echo, say) in [
            ("/echo.v1.Echo/Say", true, true),
            ("/echo.v1.Echo/Tell", true, false),
            ("/echo.v1.Other/Say", false, true),
            ("/echo.v1.Other/Tell", false, false),
        ] {
            let method = Method::unknown(path);
            for _ in 0..3 {
                assert_eq!(method.is_one_of(&ECHO), echo, "{path}");
                assert_eq!(method.is_one_of(&SAY), say, "{path}");
            }
        }
    }

    #[test]
    fn more_lists_than_places_are_told_apart() {
        let method = Method::unknown("/echo.v1.Echo/Say");
        for _ in 0..3 {
            for (many, other) in MANY.iter().zip(&OTHER) {
                assert!(method.is_one_of(many));
                assert!(!method.is_one_of(other));
            }
        }
    }
}
