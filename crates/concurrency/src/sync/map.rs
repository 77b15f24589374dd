//! A hash map for many threads.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::{BuildHasher, Hash};

use super::{Apart, RwLock, shard_count};

/// A map from which threads read and to which they write, with the operations of Go's `sync.Map`.
///
/// It is many maps, each with a lock of its own, and a key's hash says which one it is in. So two
/// threads wait for each other only when their keys fall into the same one, and one of them writes.
/// Values come out as clones: a reference would have to keep the lock.
///
/// ```
/// use concurrency::sync::Map;
///
/// let map = Map::new();
/// assert_eq!(map.load_or_store("answer", 42), (42, false));
/// assert_eq!(map.load_or_store("answer", 54), (42, true));
/// assert_eq!(map.load(&"question"), None);
/// ```
#[derive(Debug)]
pub struct Map<K, V> {
    hasher: RandomState,
    shards: Box<[Apart<Shard<K, V>>]>,
}

type Shard<K, V> = RwLock<HashMap<K, V>>;

impl<K: Eq + Hash, V: Clone> Map<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        let shards = (0..shard_count()).map(|_| Apart(RwLock::new(HashMap::new())));
        Map {
            hasher: RandomState::new(),
            shards: shards.collect(),
        }
    }

    fn shard(&self, key: &K) -> &Shard<K, V> {
        // The upper half: the map inside takes the same key's other hash, with a seed of its own.
        let hash = self.hasher.hash_one(key) >> 32;
        &self.shards[hash as usize % self.shards.len()].0
    }

    /// The value of `key`.
    pub fn load(&self, key: &K) -> Option<V> {
        self.shard(key).read().get(key).cloned()
    }

    /// Gives `key` a value; returns the one it had.
    #[doc(alias = "Swap")]
    pub fn store(&self, key: K, value: V) -> Option<V> {
        self.shard(&key).write().insert(key, value)
    }

    /// The value of `key` and true; or, if it has none, gives it this one: then the value is
    /// `value` and false. In one step: of many who try, one is the first, and all get its value.
    pub fn load_or_store(&self, key: K, value: V) -> (V, bool) {
        match self.shard(&key).write().entry(key) {
            Entry::Occupied(entry) => (entry.get().clone(), true),
            Entry::Vacant(entry) => (entry.insert(value).clone(), false),
        }
    }

    /// Changes the value of `key` in one step, from the one it has, if any.
    pub fn update(&self, key: K, change: impl FnOnce(Option<&V>) -> V) {
        let mut shard = self.shard(&key).write();
        let value = change(shard.get(&key));
        shard.insert(key, value);
    }

    /// Removes `key`; returns its value.
    #[doc(alias = "LoadAndDelete")]
    pub fn remove(&self, key: &K) -> Option<V> {
        self.shard(key).write().remove(key)
    }

    /// Shows each key and value, one map after another: what changes meanwhile is seen or not.
    /// `visit` must not use the map.
    #[doc(alias = "Range")]
    pub fn for_each(&self, mut visit: impl FnMut(&K, &V)) {
        for Apart(shard) in &self.shards {
            for (key, value) in &*shard.read() {
                visit(key, value);
            }
        }
    }

    /// How many keys there are, counted one map after another.
    pub fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|Apart(shard)| shard.read().len())
            .sum()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Eq + Hash, V: Clone> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}
