//! The web role: it serves the web dashboard and passes the requests of its pages on to the gateway, the read-model and the
//! terminal server, so that a browser needs only one origin.
//!
//! The pages are compiled into the binary. A browser signs in with an API token, which the role keeps in a cookie that
//! scripts cannot read, and sends on as `Authorization`. It must not know what the other roles answer.
//!
//! Entry point: [`WebUi`].

mod assets;
mod base_path;
mod config;
mod front;
mod offline;
mod pages;
mod proxy;
mod same_site;
mod security_headers;
mod session;
mod web_ui;

pub use assets::{Asset, Assets};
pub use base_path::{BasePath, InvalidBasePath};
pub use config::{Config, ProxyLimits, Upstreams};
pub use web_ui::{OPENAPI, WebUi};
