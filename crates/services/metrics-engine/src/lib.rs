//! The role that folds lifecycle events into views and metrics
