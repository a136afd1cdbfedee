//! A certificate authority of one's own, for servers that speak TLS.

use std::fmt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::Error;
use crate::place::write_private;
use crate::secret;

/// The names that servers are called by.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Vouches for private servers; nobody trusts it who is not given its certificate.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// What a server proves with that it may be called by the names of this machine.
#[derive(Clone)]
pub struct Certificate {
    certificate: String,
    key: String,
}

/// Where a server finds its certificate.
#[derive(Debug)]
pub(crate) struct CertificateFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// Both in one file.
    pub(crate) both: PathBuf,
}

impl Authority {
    /// A new one, with a key that exists in memory alone.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Certificate`] when the operating system gives no random bytes.
    pub fn new() -> Result<Self, Error> {
        let mut params = CertificateParams::default();
        // Authorities of one name would be taken for one another.
        let name = format!("authority {}", secret::random()?);
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Ok(Self(CertifiedIssuer::self_signed(
            params,
            KeyPair::generate()?,
        )?))
    }

    /// Its own certificate, in PEM: what clients have to trust.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for servers on this machine.
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
    /// Writes it to files in a folder.
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
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl fmt::Debug for Certificate {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}
