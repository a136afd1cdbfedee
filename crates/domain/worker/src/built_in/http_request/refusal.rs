use crate::shortage::is_shortage;

/// Why a URL must not be requested.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("must begin with http:// or https://")]
    Scheme,
    #[error("must not contain a user name or password; send an Authorization header instead")]
    UserInfo,
    #[error("must contain a host")]
    Host,
    #[error("leads to port {port}, which jobs may not reach{hint}")]
    Port { port: u16, hint: String },
    #[error("leads to {what}, which jobs may not reach{hint}")]
    Blocked { what: &'static str, hint: String },
    #[error(
        "its host name cannot be resolved ({0}); check the name, and the name servers of this worker"
    )]
    Unresolved(std::io::Error),
    #[error("its host name has no address")]
    NoAddress,
}

impl Refusal {
    /// Returns `true` if the name was not resolved for lack of a local resource.
    pub(super) fn is_shortage(&self) -> bool {
        matches!(self, Self::Unresolved(error) if is_shortage(error))
    }

    /// Returns `true` if a retry may succeed.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Unresolved(_) | Self::NoAddress)
    }
}
