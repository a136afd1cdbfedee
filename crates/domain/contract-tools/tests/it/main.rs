//! The checks of contract documents and the comparison of revisions, on made-up contracts and on those of this repository.

mod alert_rules;
mod check;
mod compat;
mod documents;
