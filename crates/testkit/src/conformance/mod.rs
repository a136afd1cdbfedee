//! One suite per port. An adapter's tests hand in a fresh instance per check.
