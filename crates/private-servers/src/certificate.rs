use std::fmt;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::identity::Identity;
use crate::port::Port;
use crate::server_dir::{ServerDir, write_private};

/// The certificate and private key of a server on this machine.
#[derive(Clone)]
pub struct Certificate {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// The files that a server reads its certificate from.
#[derive(Debug)]
pub(crate) struct CertificateFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// The key and the certificate in one file.
    pub(crate) both: PathBuf,
}

/// The port and certificate of a server that listens for TLS on a second port.
#[derive(Debug)]
pub(crate) struct TlsListener {
    pub(crate) port: Port,
    pub(crate) files: CertificateFiles,
}

impl TlsListener {
    /// Claims the port and writes the certificate into the folder of the server.
    pub(crate) fn open(
        identity: &mut Identity,
        dir: &ServerDir,
        certificate: &Certificate,
    ) -> Result<Self, Error> {
        Ok(Self {
            port: identity.port("tls_port")?,
            files: certificate.write(dir.path())?,
        })
    }
}

impl Certificate {
    /// Writes the certificate and the key to files in a folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<CertificateFiles, Error> {
        let files = CertificateFiles {
            certificate: folder.join("server.crt"),
            key: folder.join("server.key"),
            both: folder.join("server.pem"),
        };
        write_private(&files.certificate, &self.certificate)?;
        write_private(&files.key, &self.key)?;
        write_private(&files.both, &format!("{}{}", self.key, self.certificate))?;
        Ok(files)
    }
}

impl fmt::Debug for Certificate {
    /// Omits the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}
