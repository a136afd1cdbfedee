use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;

use crate::Error;

/// Returns 128 random bits as 32 hexadecimal digits, which need no escaping in URLs and configuration files.
///
/// # Errors
/// [`Error::Io`] if the operating system returns no random bytes.
pub fn random() -> Result<String, Error> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(Error::io("read random bytes"))?;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    Ok(text)
}
