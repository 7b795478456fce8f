//! A map that only grows, and that is read without a lock.

use std::{
    borrow::Borrow,
    hash::{BuildHasher, Hash},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use rustc_hash::FxBuildHasher;

/// From keys to values, up to a number of them.
///
/// A fixed number of buckets, each a list whose nodes are written once. Entries are added one at a time, which takes a lock;
/// who finds an entry takes none. It is for few entries that are read by every call: methods, and values of labels.
#[derive(Debug)]
pub(super) struct Grow<K, V> {
    buckets: Box<[Link<K, V>]>,
    len: AtomicUsize,
    max: usize,
    adding: Mutex<()>,
}

type Link<K, V> = OnceLock<Box<Node<K, V>>>;

#[derive(Debug)]
struct Node<K, V> {
    key: K,
    value: V,
    next: Link<K, V>,
}

const BUCKETS: usize = 64;

// === impl Grow ===

impl<K: Hash + Eq, V> Grow<K, V> {
    /// For so many entries at most.
    pub(super) fn up_to(max: usize) -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| OnceLock::new()).collect(),
            len: AtomicUsize::new(0),
            max,
            adding: Mutex::new(()),
        }
    }

    #[inline]
    pub(super) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut link = self.bucket(key);
        while let Some(node) = link.get() {
            if node.key.borrow() == key {
                return Some(&node.value);
            }
            link = &node.next;
        }
        None
    }

    /// The value of a key, made now if there is none and there is room for it.
    pub(super) fn get_or_add<Q>(&self, key: &Q, make: impl FnOnce(usize) -> (K, V)) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if self.len.load(Ordering::Relaxed) < self.max {
            let _one_at_a_time = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
            let len = self.len.load(Ordering::Relaxed);
            if len < self.max && self.get(key).is_none() {
                self.add(key, make(len));
                self.len.store(len + 1, Ordering::Relaxed);
            }
        }
        self.get(key)
    }

    /// Under the lock.
    fn add<Q: Hash + ?Sized>(&self, key: &Q, (own, value): (K, V)) {
        let mut link = self.bucket(key);
        while let Some(node) = link.get() {
            link = &node.next;
        }
        link.get_or_init(|| {
            Box::new(Node {
                key: own,
                value,
                next: OnceLock::new(),
            })
        });
    }

    #[inline]
    fn bucket<Q: Hash + ?Sized>(&self, key: &Q) -> &Link<K, V> {
        #[expect(clippy::cast_possible_truncation, reason = "six bits of it are used")]
        let hash = FxBuildHasher.hash_one(key) as usize;
        &self.buckets[hash % BUCKETS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_and_no_more_than_there_is_room_for() {
        let map: Grow<String, usize> = Grow::up_to(200);
        for round in 0..2 {
            for number in 0..300 {
                let key = number.to_string();
                let found = map.get_or_add(key.as_str(), |len| (key.clone(), len));
                let expected = (number < 200).then_some(number);
                assert_eq!(found.copied(), expected, "round {round}");
            }
        }
        assert_eq!(map.get("199"), Some(&199));
        assert_eq!(map.get("200"), None);
    }

    #[test]
    fn threads_that_add_the_same_key_get_the_same_value() {
        let map: Grow<u64, usize> = Grow::up_to(1000);
        let add = || (0..1000).map(|key| *map.get_or_add(&key, |len| (key, len)).unwrap());
        let all = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(|| add().collect::<Vec<_>>()));
            threads.map(|thread| thread.join().unwrap())
        });
        assert!(all.iter().all(|values| *values == all[0]));
    }
}
