//! The numbers of the advisory locks, in one place so that each means one thing. The first, 7165066918273024, orders the log:
//! `append_commit` in `migrations/0001_initial.sql`. Those of keys are pairs of numbers, which PostgreSQL keeps apart.

/// Held while the schema is brought up to date, so that several processes may start at once.
pub(crate) const SCHEMA: i64 = 7_165_066_918_273_025;

/// Whoever holds this lock on its session leads.
pub(crate) const LEADER: i64 = 7_165_066_918_273_026;

/// Shared by those who lock keys one by one, held by who locks all of them.
pub(crate) const ALL_KEYS: i64 = 7_165_066_918_273_027;

/// The first number of the lock of a key.
pub(crate) const KEY: i32 = 7_165_066;
