use crate::certificate::CertificateFiles;
use crate::port::Port;

/// The name of the user and of its database.
pub(super) const USER: &str = "observatory";

/// The port and certificate of a server with TLS.
#[derive(Debug)]
pub(super) struct TlsListener {
    pub(super) port: Port,
    pub(super) files: CertificateFiles,
}
