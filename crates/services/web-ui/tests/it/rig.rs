use std::net::SocketAddr;
use std::sync::Arc;

use odd_service_kit::{ServiceInfo, Tokens};
use odd_testkit::http::{Answer, send};
use odd_web_ui::{Asset, Assets, Config, Upstreams, WebUi};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::upstream::{PATIENCE, Upstream};

/// The pages under `tests/fixture`, compressed like the real ones.
const FIXTURE: &[Asset] = include!(concat!(env!("OUT_DIR"), "/fixture.rs"));

/// The tokens `secret-read`, `secret-operate` and `secret-admin`.
pub(crate) const TOKENS: &str = r#"
[[token]]
name = "viewer"
role = "read"
sha256 = "63a662e556ca381cc29a45bfd129614662e33851ecb06a2a366ee2c1f6049148"
[[token]]
name = "ops"
role = "operate"
sha256 = "e4cb95f7d82ce526f64251a009d6a3d08ae0f27f0c9c24bd6e13b334563e3e1d"
[[token]]
name = "root"
role = "admin"
sha256 = "3ca2a2f7307bf53f8bc35f40f2cc5d617de1fa8e40515c6fe7dcbbef8960dceb"
"#;

/// A web role on a free port.
pub(crate) struct Rig {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<()>,
}

impl Rig {
    /// Starts a role whose three upstreams are the same server.
    pub(crate) async fn before(upstream: &Upstream) -> Self {
        Self::configured(upstream, |_| {}).await
    }

    /// Starts a role whose three upstreams are the same server, with other settings.
    pub(crate) async fn configured(upstream: &Upstream, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(&upstream.url());
        change(&mut config);
        Self::start(config).await
    }

    pub(crate) async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let shutdown = CancellationToken::new();
        let role = WebUi::new(config, info());
        let stop = shutdown.clone();
        let running = tokio::spawn(async move {
            role.run(listener, stop).await.expect("the role runs");
        });
        Self {
            address,
            shutdown,
            running,
        }
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], b"").await
    }

    pub(crate) async fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", target, headers, b"").await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        send(self.address, method, target, headers, body).await
    }

    /// Sends bytes on a new connection, which stays open.
    pub(crate) async fn connect(&self, bytes: &[u8]) -> Connection {
        let mut stream = TcpStream::connect(self.address).await.expect("the role");
        stream.write_all(bytes).await.expect("written");
        Connection {
            stream,
            received: String::new(),
        }
    }
}

/// A connection whose response is read as it arrives.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    pub(crate) received: String,
}

impl Connection {
    /// Reads until the response contains this text.
    pub(crate) async fn see(&mut self, text: &str) {
        let reading = async {
            while !self.received.contains(text) {
                let mut bytes = [0; 4096];
                let length = self.stream.read(&mut bytes).await.expect("readable");
                assert_ne!(length, 0, "{text:?} is missing in {:?}", self.received);
                self.received
                    .push_str(&String::from_utf8_lossy(&bytes[..length]));
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, reading).await;
        assert!(in_time.is_ok(), "{text:?} is missing in time");
    }

    /// Reads until the end of the connection.
    pub(crate) async fn read_to_end(mut self) -> String {
        let mut rest = Vec::new();
        let reading = self.stream.read_to_end(&mut rest);
        // A reset is an end, too.
        let _ = tokio::time::timeout(PATIENCE, reading)
            .await
            .expect("an end in time");
        self.received + &String::from_utf8_lossy(&rest)
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("written");
    }
}

pub(crate) fn config(upstream: &str) -> Config {
    let url = || upstream.parse().expect("a URL");
    let upstreams = Upstreams {
        gateway: url(),
        read_model: url(),
        terminal: Some(url()),
    };
    Config {
        assets: Assets::new(FIXTURE),
        ..Config::new(upstreams)
    }
}

pub(crate) fn with_tokens(config: &mut Config) {
    let tokens = Tokens::parse(TOKENS).expect("valid");
    config.http.tokens = Some(Arc::new(tokens));
}

pub(crate) fn info() -> ServiceInfo {
    ServiceInfo::new("web", env!("CARGO_PKG_VERSION"), "unknown")
}
