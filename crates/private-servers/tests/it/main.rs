//! Every server really starts, is broken, and comes back.
#![cfg(unix)]

mod link;
mod mongo;
mod parent;
mod postgres;
mod processes;
mod rabbitmq;
mod redis;
