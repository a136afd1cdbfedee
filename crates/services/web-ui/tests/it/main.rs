//! The web role over real HTTP, in front of servers whose every byte the tests choose.

mod contract;
mod cross_site;
mod failing_upstream;
mod pages;
mod proxy;
mod rig;
mod session;
mod streams;
mod upstream;
mod websocket;
