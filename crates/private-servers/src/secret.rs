use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;

use crate::Error;

/// 128 random bits as 32 hexadecimal digits, which every URL and every configuration file takes as they are.
///
/// # Errors
/// [`Error::Io`] when the operating system gives no random bytes.
pub(crate) fn random() -> Result<String, Error> {
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
