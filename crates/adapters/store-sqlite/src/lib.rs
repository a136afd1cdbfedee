//! JobStore on SQLite: one writer thread with group commit
