//! Why an exchange failed, in words that say what to do about it.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage};

use crate::HandlerError;
use crate::built_in::values::plain_line;
use crate::shortage::is_shortage;
use crate::text::bounded;

/// Returns the failure of an incomplete exchange with `origin`. It leaves out the library's message, which contains the URL.
pub(super) fn exchange_failed(error: &reqwest::Error, origin: &str) -> HandlerError {
    let reason = reason(error);
    let message = match error.is_connect() {
        true => format!("cannot connect to {origin}: {reason}"),
        false => format!("the connection to {origin} failed: {reason}"),
    };
    let is_local = causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(is_shortage);
    match is_local {
        true => HandlerError::Overloaded { message },
        false => HandlerError::Failed { message },
    }
}

/// Returns the reason of a failed exchange: that of the innermost error that says more than the others.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let causes: Vec<_> = causes(error).skip(1).collect();
    let described = causes.iter().rev().find_map(|cause| describe(*cause));
    if let Some(text) = described {
        return text;
    }
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let root = causes.last().map(ToString::to_string);
    root.unwrap_or_else(|| "unknown reason".to_owned())
}

/// Returns an error and its causes. An I/O error that wraps another one hides it from [`Error::source`].
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn describe(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<TlsError>() {
        return Some(describe_tls(error));
    }
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return describe_http(error).map(str::to_owned);
    }
    let error = cause.downcast_ref::<io::Error>()?;
    error.get_ref().is_none().then(|| describe_io(error))
}

fn describe_http(error: &hyper::Error) -> Option<&'static str> {
    if error.is_incomplete_message() {
        return Some("the server closed the connection before its response was complete");
    }
    if error.is_parse_too_large() {
        return Some("the head of the response is too large");
    }
    error.is_parse().then_some(
        "the response is not HTTP/1.1; if the server expects TLS on this port, use an https:// URL",
    )
}

fn describe_io(error: &io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::ConnectionRefused => {
            "nothing accepts connections at this port; check the URL and whether the service runs"
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            "the server or a firewall ended the connection"
        }
        ErrorKind::UnexpectedEof => "the server ended the connection too early",
        ErrorKind::TimedOut => {
            "there was no answer; check the address, and that no firewall drops the connection"
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            "there is no route from this worker to the address"
        }
        _ => return error.to_string(),
    };
    format!("{advice} ({error})")
}

fn describe_tls(error: &TlsError) -> String {
    match error {
        TlsError::InvalidCertificate(error) => describe_certificate(error),
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "the server does not use TLS on this port; use an http:// URL, or the port for https"
                .to_owned()
        }
        TlsError::AlertReceived(AlertDescription::CertificateRequired) => {
            "the server requires a client certificate, which http.request does not support"
                .to_owned()
        }
        TlsError::AlertReceived(AlertDescription::UnrecognisedName) => {
            "the server does not know the name of the host; check the URL".to_owned()
        }
        TlsError::AlertReceived(
            alert @ (AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity),
        ) => format!(
            "the server refused the TLS handshake ({}); it has to support TLS 1.2 or 1.3 with current cipher suites",
            words(&format!("{alert:?}"))
        ),
        TlsError::AlertReceived(alert) => format!(
            "the server refused the TLS handshake ({})",
            words(&format!("{alert:?}"))
        ),
        TlsError::PeerIncompatible(reason) => format!(
            "the server does not support TLS 1.2 or 1.3 with current cipher suites ({})",
            words(&format!("{reason:?}"))
        ),
        TlsError::NoCertificatesPresented => "the server has no certificate".to_owned(),
        other => format!("TLS failed: {other}"),
    }
}

/// How to make the worker trust a certificate. `SSL_CERT_FILE` is read on all systems except macOS and Windows.
const TRUST: &str = "if it is the right server, add its certificate authority to the trusted ones of the worker's system, or name its file in SSL_CERT_FILE";

fn describe_certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => format!(
            "the certificate of the server is self-signed, or its authority is not trusted here; {TRUST}"
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate of the server has expired; it has to be renewed there, unless the clock of this worker is wrong"
                .to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate of the server is not valid yet; check the clocks of the worker and of the server"
                .to_owned()
        }
        CertificateError::NotValidForName => {
            "the certificate of the server is for other names; use the name in the certificate"
                .to_owned()
        }
        CertificateError::NotValidForNameContext { presented, .. } => match presented.as_slice() {
            [] => "the certificate of the server names no host; it has to be replaced there".to_owned(),
            [..] => format!(
                "the certificate of the server is for other names: {}; use one of them in the URL",
                presented_names(presented)
            ),
        },
        CertificateError::Revoked => {
            "the certificate of the server was revoked; it has to be replaced there".to_owned()
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "the certificate of the server was not issued for servers; it has to be replaced there"
                .to_owned()
        }
        CertificateError::BadEncoding => {
            "the certificate of the server cannot be read; it has to be replaced there".to_owned()
        }
        CertificateError::BadSignature => {
            "the certificate of the server was not signed by the authority that it names: it comes from another one of this name, or something between the worker and the server has replaced it"
                .to_owned()
        }
        CertificateError::Other(other) => match words(&format!("{:?}", other.0)).as_str() {
            "ca used as end entity" => format!(
                "the server uses the certificate of an authority as its own, as self-signed ones often are; issue one for the server with the basic constraint CA:FALSE; {TRUST}"
            ),
            reason => format!("the certificate of the server is not valid ({reason})"),
        },
        other => format!("the certificate of the server is not valid: {other}"),
    }
}

/// Returns some of the names in a certificate, which come from the server. rustls writes them as `DnsName("example.com")`.
fn presented_names(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).map(|name| {
        let value = name
            .split_once('(')
            .map_or(name.as_str(), |(_, value)| value);
        value.trim_matches(['"', ')'])
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(", …");
    }
    bounded(plain_line(&text), 300)
}

/// Returns the name of a variant as words: `CaUsedAsEndEntity` as `ca used as end entity`.
fn words(variant: &str) -> String {
    let name = variant.split(['(', '{', ' ']).next().unwrap_or(variant);
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && words.ends_with(|last: char| last.is_ascii_lowercase()) {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::OtherError;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("CaUsedAsEndEntity")]
    struct CaUsedAsEndEntity;

    #[test]
    fn certificate_problems_are_described_with_what_to_do() {
        let other = CertificateError::Other(OtherError(Arc::new(CaUsedAsEndEntity)));
        let names = ["a.example", "b.example", "c.example", "d.example"];
        let presented = names.map(|name| format!("DnsName(\"{name}\")")).to_vec();
        for (error, parts) in [
            (
                CertificateError::UnknownIssuer,
                ["self-signed", "SSL_CERT_FILE"],
            ),
            (other, ["an authority as its own", "SSL_CERT_FILE"]),
            (CertificateError::Expired, ["expired", "renewed"]),
            (CertificateError::NotValidYet, ["not valid yet", "clocks"]),
            (CertificateError::Revoked, ["revoked", "replaced"]),
            (
                CertificateError::NotValidForNameContext {
                    expected: "x.example".try_into().expect("a name"),
                    presented,
                },
                [
                    "names: a.example, b.example, c.example, …",
                    "use one of them",
                ],
            ),
            (
                CertificateError::BadEncoding,
                ["cannot be read", "replaced"],
            ),
        ] {
            let text = describe_tls(&TlsError::InvalidCertificate(error));
            assert!(parts.iter().all(|part| text.contains(part)), "{text}");
            assert!(!text.contains("OtherError"), "{text}");
        }
    }

    #[test]
    fn handshake_problems_are_described_with_what_to_do() {
        for (error, part) in [
            (
                TlsError::InvalidMessage(InvalidMessage::InvalidContentType),
                "use an http:// URL",
            ),
            (
                TlsError::AlertReceived(AlertDescription::CertificateRequired),
                "client certificate",
            ),
            (
                TlsError::AlertReceived(AlertDescription::HandshakeFailure),
                "(handshake failure)",
            ),
            (
                TlsError::AlertReceived(AlertDescription::InternalError),
                "(internal error)",
            ),
        ] {
            let text = describe_tls(&error);
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn wrapped_errors_are_found() {
        let wrapped = TlsError::InvalidCertificate(CertificateError::Expired);
        let error = io::Error::other(io::Error::other(wrapped));
        let found = causes(&error).find_map(|cause| cause.downcast_ref::<TlsError>());
        assert!(found.is_some());
    }
}
