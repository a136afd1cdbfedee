//! Operations on more than one key are scripts, which Redis runs atomically.

use std::sync::LazyLock;

use redis::Script;

pub(super) static ACQUIRE_LOCK: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/acquire_lock.lua")));
pub(super) static APPLY: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/apply.lua")));
pub(super) static COUNTS: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/counts.lua")));
pub(super) static CREATE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/create.lua")));
pub(super) static DELETE_GENERATION: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/delete_generation.lua")));
pub(super) static EXTEND_LOCK: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/extend_lock.lua")));
pub(super) static RETIRE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/retire.lua")));
pub(super) static ROWS: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/rows.lua")));
pub(super) static STATE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/state.lua")));
pub(super) static SWAP: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/swap.lua")));
