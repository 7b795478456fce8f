//! Where each method of a table is found by its path: asked for every call.

use super::Method;

/// Methods by path. Each stands at the place that its path says, or behind that if it was taken.
///
/// Not a map of `std`: a path is known by two words of it, and not hashed whole, which costs half. What a peer sends is only
/// looked up, so it cannot make places crowded.
pub(super) struct Places {
    /// A power of two, and at most a quarter of them taken.
    places: Box<[Option<Method>]>,
}

// === impl Places ===

impl Places {
    pub(super) fn new(methods: &[Method]) -> Self {
        let size = (methods.len() * 4).next_power_of_two();
        let mut places = vec![None; size].into_boxed_slice();
        for method in methods {
            let mut place = first(method.path());
            while places[place & (size - 1)].is_some() {
                place += 1;
            }
            places[place & (size - 1)] = Some(method.clone());
        }
        Self { places }
    }

    #[inline]
    pub(super) fn get(&self, path: &str) -> Option<&Method> {
        let mask = self.places.len() - 1;
        let mut place = first(path);
        loop {
            let found = self.places.get(place & mask)?.as_ref()?;
            if found.path() == path {
                return Some(found);
            }
            place += 1;
        }
    }
}

/// The first place of a path, as a number of any size.
#[inline]
fn first(path: &str) -> usize {
    let path = path.as_bytes();
    let words = word(&path[..path.len() / 2]).rotate_left(9) ^ word(path);
    let mixed = (words ^ path.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as usize
}

/// The last eight bytes.
#[inline]
fn word(bytes: &[u8]) -> u64 {
    match bytes.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => short(bytes),
    }
}

#[cold]
fn short(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |word, byte| (word << 8) | u64::from(*byte))
}
