//! The numbers of all advisory locks, in one place so that none is used twice. The first, 7165066918273024, orders the
//! log: `append_commit` in `migrations/0001_initial.sql`. Locks of keys are pairs of numbers, which PostgreSQL keeps
//! separate from single numbers.

/// Held during migrations, so that several processes may start at once.
pub(crate) const SCHEMA: i64 = 7_165_066_918_273_025;

/// Held by the session that upgrades the schema, also between its attempts, so that no other process tries meanwhile.
pub(crate) const UPGRADE: i64 = 7_165_066_918_273_028;

/// Held by the session of the leader.
pub(crate) const LEADER: i64 = 7_165_066_918_273_026;

/// Held while partitions are created: two sessions that create the same one would fail.
pub(crate) const PARTITIONS: i64 = 7_165_066_918_273_029;

/// Shared by transactions that lock keys one by one, exclusive for those that lock all keys.
pub(crate) const ALL_KEYS: i64 = 7_165_066_918_273_027;

/// The first number of the lock of a key.
pub(crate) const KEY: i32 = 7_165_066;
