//! Each server is started, stopped, killed, wiped and dropped for real.
#![cfg(unix)]

mod fault_proxy;
mod mongo;
mod parent;
mod postgres;
mod processes;
mod rabbitmq;
mod redis;
