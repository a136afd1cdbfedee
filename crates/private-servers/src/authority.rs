//! A private certificate authority for servers with TLS.

use std::fmt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::Error;
use crate::secret;
use crate::server_dir::write_private;

/// The subject alternative names of every certificate.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A certificate authority that only clients with its certificate trust.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// The certificate and private key of a server on this machine.
#[derive(Clone)]
pub struct Certificate {
    certificate: String,
    key: String,
}

/// The files that a server reads its certificate from.
#[derive(Debug)]
pub(crate) struct CertificateFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// The key and the certificate in one file.
    pub(crate) both: PathBuf,
}

impl Authority {
    /// Creates an authority with a new key, which is never written to disk.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Certificate`] if the operating system returns no random bytes.
    pub fn new() -> Result<Self, Error> {
        let mut params = CertificateParams::default();
        // Clients tell authorities apart by their names.
        let name = format!("authority {}", secret::random()?);
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Ok(Self(CertifiedIssuer::self_signed(
            params,
            KeyPair::generate()?,
        )?))
    }

    /// Returns the authority's certificate in PEM, for clients to trust.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Issues a certificate for a server on this machine.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn certify(&self) -> Result<Certificate, Error> {
        let mut params = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        Ok(Certificate {
            certificate: params.signed_by(&key, &self.0)?.pem(),
            key: key.serialize_pem(),
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

impl fmt::Debug for Authority {
    /// Omits the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl fmt::Debug for Certificate {
    /// Omits the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}
