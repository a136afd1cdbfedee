//! Each server is started, stopped, killed, wiped and dropped for real.
#![cfg(unix)]

mod alertmanager;
mod fault_proxy;
mod mongo;
mod parent;
mod postgres;
mod processes;
mod prometheus;
mod rabbitmq;
mod redis;
