//! Every server really starts, is broken, and comes back.
#![cfg(unix)]

mod postgres;
mod processes;
mod rabbitmq;
