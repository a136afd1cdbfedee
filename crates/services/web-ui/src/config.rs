use std::time::Duration;

use odd_service_kit::HttpConfig;
use reqwest::Url;

use crate::{Assets, BasePath};

/// The settings of a web role.
#[derive(Debug, Clone)]
pub struct Config {
    /// The HTTP interface.
    pub http: HttpConfig,
    /// The services to which requests are passed on.
    pub upstreams: Upstreams,
    /// The path under which browsers see the role.
    pub base_path: BasePath,
    /// Origins whose pages may show the dashboard in a frame. Default: none.
    pub frame_ancestors: Vec<String>,
    /// The pages.
    pub assets: Assets,
    /// Bounds on requests that are passed on.
    pub limits: ProxyLimits,
}

impl Config {
    /// Returns the settings with the defaults, the embedded pages and these upstreams.
    pub fn new(upstreams: Upstreams) -> Self {
        Self {
            http: HttpConfig::default(),
            upstreams,
            base_path: BasePath::default(),
            frame_ancestors: Vec::new(),
            assets: Assets::embedded(),
            limits: ProxyLimits::default(),
        }
    }
}

/// The base URLs of the services to which requests are passed on.
#[derive(Debug, Clone)]
pub struct Upstreams {
    /// The gateway, for `/api/gateway/`.
    pub gateway: Url,
    /// The read-model, for `/api/read-model/`.
    pub read_model: Url,
    /// The terminal server, for `/api/terminal/`, if there is one.
    pub terminal: Option<Url>,
}

/// Bounds on requests that are passed on.
#[derive(Debug, Clone)]
pub struct ProxyLimits {
    /// Largest number of requests, streams and WebSockets that are open to one upstream; more get 429. Default 512.
    pub max_exchanges: usize,
    /// Longest wait for a connection to an upstream. Default 2 s.
    pub connect_timeout: Duration,
    /// Longest wait for the head of a response after the request has been sent. Default 60 s.
    pub answer_timeout: Duration,
    /// Longest pause within the body of a response. Event streams send a heartbeat more often. Default 60 s.
    pub idle_timeout: Duration,
    /// Longest time without any byte in either direction of a WebSocket. Default 120 s.
    pub tunnel_idle_timeout: Duration,
    /// Largest body of a request to the gateway, in bytes; the gateway allows less on most routes. Default 16 MiB.
    pub max_gateway_body_bytes: u64,
    /// Largest body of a request to the other upstreams, in bytes. Default 1 MiB.
    pub max_body_bytes: u64,
}

impl Default for ProxyLimits {
    fn default() -> Self {
        Self {
            max_exchanges: 512,
            connect_timeout: Duration::from_secs(2),
            answer_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(60),
            tunnel_idle_timeout: Duration::from_secs(120),
            max_gateway_body_bytes: 16 * 1024 * 1024,
            max_body_bytes: 1024 * 1024,
        }
    }
}
