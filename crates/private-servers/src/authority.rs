//! A private certificate authority for servers with TLS.

use std::fmt;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::secret;
use crate::{Certificate, Error};

/// The subject alternative names of every certificate.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A certificate authority that only clients with its certificate trust.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

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

impl fmt::Debug for Authority {
    /// Omits the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}
