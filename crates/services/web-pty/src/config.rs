use std::time::Duration;

use ipnet::IpNet;
use odd_service_kit::HttpConfig;

use crate::Program;

/// The settings of a web-pty-server.
#[derive(Debug, Clone)]
pub struct Config {
    /// The HTTP interface. Its tokens also determine who may open a terminal.
    pub http: HttpConfig,
    /// What runs in a terminal.
    pub program: Program,
    /// Whether terminals may change the observatory.
    pub interactive: bool,
    /// Web origins whose pages may open a terminal.
    pub allowed_origins: Vec<String>,
    /// Addresses of proxies whose `X-Forwarded-For` names the client.
    pub trusted_proxies: Vec<IpNet>,
    /// Bounds on counts and times.
    pub limits: Limits,
}

/// Bounds on counts and times.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest number of sessions. Default 50.
    pub max_sessions: usize,
    /// Largest number of sessions of one client address. Default 5.
    pub max_sessions_per_client: usize,
    /// How long a session without a connection lives. Default 10 min.
    pub detached: Duration,
    /// How long a connection without input lives. Default 1 h.
    pub idle: Duration,
    /// How long a ticket is valid, and a session whose client was lost before it had a reconnect token. Default 30 s.
    pub ticket: Duration,
    /// Longest wait for the first message of a connection. Default 5 s.
    pub attach: Duration,
    /// Time between two pings, each with a heartbeat. Three of them without an answer end the connection. Default 15 s:
    /// clients end a connection that is silent for 45 s.
    pub ping: Duration,
    /// Time between two reconnect tokens of one connection. Default 5 min.
    pub rotation: Duration,
    /// Longest wait for the client to read a message. Default 30 s.
    pub write: Duration,
    /// How long a program may run after each of SIGHUP and SIGTERM. Default 2 s.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_sessions: 50,
            max_sessions_per_client: 5,
            detached: Duration::from_secs(10 * 60),
            idle: Duration::from_secs(60 * 60),
            ticket: Duration::from_secs(30),
            attach: Duration::from_secs(5),
            ping: Duration::from_secs(15),
            rotation: Duration::from_secs(5 * 60),
            write: Duration::from_secs(30),
            grace: Duration::from_secs(2),
        }
    }
}
