use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use odd_client::Url;
use odd_tui::Launcher;

use crate::context::Context;
use crate::settings::{self, ClientSettings};

/// Returns how to start an observatory where the interface looks for one; `None` when that is another machine.
pub(super) fn launcher(context: &Context, client: &ClientSettings) -> Option<Launcher> {
    let gateway = loopback_address(&client.gateway_url)?;
    let read_model = loopback_address(&client.read_model_url)?;
    let data_dir = settings::data_dir(&context.sources, None).ok()?;
    let data_dir = std::path::absolute(data_dir).ok()?;
    let config = match context.sources.file_path() {
        Some(path) => vec!["--config".to_owned(), path.display().to_string()],
        None => Vec::new(),
    };
    let addresses = [
        "--data-dir".to_owned(),
        data_dir.display().to_string(),
        "--gateway-addr".to_owned(),
        gateway.to_string(),
        "--read-model-addr".to_owned(),
        read_model.to_string(),
    ];
    let cluster_up = ["cluster", "up", "--skip-gate"].map(str::to_owned);
    Some(Launcher {
        program: std::env::current_exe().ok()?,
        process_args: [&["up".to_owned()], &config[..], &addresses].concat(),
        cluster_args: [&cluster_up, &config[..]].concat(),
        log_dir: data_dir.join("logs"),
        data_dir,
    })
}

/// Returns the address of a URL that `up` can serve: plain HTTP on this machine.
pub(super) fn loopback_address(url: &Url) -> Option<SocketAddr> {
    let host = url.host_str()?.trim_matches(['[', ']']);
    let ip = match host {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        text => text.parse().ok()?,
    };
    let is_served = url.scheme() == "http" && url.path() == "/" && ip.is_loopback();
    is_served.then_some(SocketAddr::new(ip, url.port_or_known_default()?))
}

/// Returns the file that remembers that the tour was offered; `None` without a home directory.
pub(super) fn tour_marker() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let base = etcetera::choose_base_strategy().ok()?;
    let directory = base.state_dir().unwrap_or_else(|| base.data_dir());
    Some(directory.join("odd-dashboard").join("tour-offered"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_loopback_urls_can_be_served() {
        let address = |text: &str| {
            let url = Url::parse(text).expect("a URL");
            loopback_address(&url).map(|address| address.to_string())
        };
        for (text, expected) in [
            ("http://127.0.0.1:3000", "127.0.0.1:3000"),
            ("http://localhost:3000/", "127.0.0.1:3000"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("http://127.0.0.1", "127.0.0.1:80"),
        ] {
            assert_eq!(address(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "http://10.0.0.1:3000",
            "http://prod.example:3000",
            "https://127.0.0.1:3000",
            "http://127.0.0.1:3000/behind-a-proxy",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
