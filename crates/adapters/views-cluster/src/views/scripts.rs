//! Whatever reads or writes more than one key is a script, so that it happens at one moment.

use std::sync::LazyLock;

use redis::Script;

pub(super) static APPLY: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/apply.lua")));
pub(super) static BEGIN: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/begin.lua")));
pub(super) static BUCKETS: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/buckets.lua")));
pub(super) static COUNTS: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/counts.lua")));
pub(super) static CREATE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/create.lua")));
pub(super) static KEEP: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/keep.lua")));
pub(super) static STATE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/state.lua")));
pub(super) static SWAP: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/swap.lua")));
pub(super) static SWEEP: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/sweep.lua")));
