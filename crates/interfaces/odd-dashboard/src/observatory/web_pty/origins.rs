use odd_client::{Url, is_loopback};

/// Returns the web origins of the dashboard at this URL. On this machine, browsers may use any of its names.
pub(super) fn web_origins(web_url: &Url) -> Vec<String> {
    if !is_loopback(web_url) {
        return vec![web_url.origin().ascii_serialization()];
    }
    let names = ["127.0.0.1", "localhost", "[::1]"];
    let named = names.into_iter().filter_map(|name| {
        let mut url = web_url.clone();
        url.set_host(Some(name)).ok()?;
        Some(url.origin().ascii_serialization())
    });
    let mut origins: Vec<String> = named.collect();
    let own = web_url.origin().ascii_serialization();
    if !origins.contains(&own) {
        origins.push(own);
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashboard_on_this_machine_has_several_names() {
        let origins = |url: &str| web_origins(&Url::parse(url).expect("a URL"));
        assert_eq!(
            origins("http://127.0.0.1:8081/base"),
            [
                "http://127.0.0.1:8081",
                "http://localhost:8081",
                "http://[::1]:8081"
            ]
        );
        assert_eq!(
            origins("https://jobs.example/web"),
            ["https://jobs.example"]
        );
    }
}
