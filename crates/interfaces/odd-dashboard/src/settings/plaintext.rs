//! Which URLs may be used without TLS.

use odd_client::Url;

use crate::settings::Sources;
use crate::settings::list::PLAINTEXT_HOSTS;
use crate::settings::server_url::is_local;

/// Returns the host of an `http://` URL on another machine, unless [`PLAINTEXT_HOSTS`] lists it: what is sent there can be
/// read on the way.
pub(super) fn exposed_host(sources: &Sources, url: &Url) -> Option<String> {
    if url.scheme() != "http" {
        return None;
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let allowed = sources.list(&PLAINTEXT_HOSTS);
    let mut allowed = allowed.into_iter().flat_map(|found| found.value);
    let is_allowed = is_local(host) || allowed.any(|name| name.eq_ignore_ascii_case(host));
    (!is_allowed).then(|| host.to_owned())
}
