use encoding_rs::{Encoding, UTF_8};
use mime::Mime;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// Bytes at the start of a document that may name its encoding.
const DECLARATION_BYTES: usize = 1_024;

/// Returns the media type of a body, without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    content_type(headers).map(|mime| mime.essence_str().to_ascii_lowercase())
}

/// Returns a body as text, or `None` if that would lose something: it is not text in its encoding, or contains U+0000, which
/// results cannot contain. The encoding is that of a byte order mark, of `Content-Type`, or of the declaration at the start of
/// an HTML or XML document; otherwise it is UTF-8. A character at the end of a `cut` body may be incomplete, and is left out.
pub(super) fn text(bytes: &[u8], headers: &HeaderMap, is_cut: bool) -> Option<String> {
    let encoding = encoding(bytes, headers)?;
    let mut decoder = encoding.new_decoder();
    let mut text =
        String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, !is_cut);
    let is_complete = matches!(result, encoding_rs::DecoderResult::InputEmpty);
    (is_complete && !text.contains('\0')).then_some(text)
}

fn content_type(headers: &HeaderMap) -> Option<Mime> {
    headers.get(CONTENT_TYPE)?.to_str().ok()?.parse().ok()
}

/// Returns `None` if the encoding is not known.
fn encoding(bytes: &[u8], headers: &HeaderMap) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let content_type = content_type(headers);
    let charset = content_type
        .as_ref()
        .and_then(|mime| mime.get_param(mime::CHARSET));
    if let Some(charset) = charset {
        return Encoding::for_label(charset.as_str().as_bytes());
    }
    let declared = content_type.and_then(|mime| declared(bytes, &mime));
    Some(declared.unwrap_or(UTF_8))
}

/// Returns the encoding that an HTML or XML document declares at its start. The declaration is readable as ASCII, so an
/// encoding that is not compatible with it means UTF-8.
fn declared(bytes: &[u8], mime: &Mime) -> Option<&'static Encoding> {
    let is_xml = mime.subtype() == mime::XML || mime.suffix() == Some(mime::XML);
    let attribute = match mime.subtype() == mime::HTML {
        true => "charset=",
        false if is_xml => "encoding=",
        false => return None,
    };
    let start = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let end = match is_xml {
        true if start.starts_with("<?xml") => start.find("?>")?,
        true => return None,
        false => start.len(),
    };
    let (_, value) = start[..end].split_once(attribute)?;
    let value = value.trim_start_matches(['"', '\'']);
    let is_label = |c: char| c.is_ascii_alphanumeric() || "-_:.".contains(c);
    let label = &value[..value.find(|c| !is_label(c)).unwrap_or(value.len())];
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn read(content_type: &'static str, bytes: &[u8]) -> Option<String> {
        text(bytes, &headers(content_type), false)
    }

    fn headers(content_type: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        headers
    }

    #[test]
    fn text_is_decoded_by_its_charset() {
        for (content_type, bytes) in [
            ("", "grün".as_bytes()),
            ("application/json", "grün".as_bytes()),
            ("text/plain; charset=utf-8", "grün".as_bytes()),
            ("text/plain; charset=ISO-8859-1", b"gr\xfcn"),
            ("text/plain;charset=\"windows-1252\"", b"gr\xfcn"),
            ("application/json; charset=latin1", b"gr\xfcn"),
            ("text/plain; charset=utf-16le", b"g\0r\0\xfc\0n\0"),
            ("text/plain; charset=latin1", b"\xef\xbb\xbfgr\xc3\xbcn"),
            ("", b"\xff\xfeg\0r\0\xfc\0n\0"),
            ("text/csv", b"\xfe\xff\0g\0r\0\xfc\0n"),
            ("not a media type", "grün".as_bytes()),
        ] {
            assert_eq!(
                read(content_type, bytes).as_deref(),
                Some("grün"),
                "{content_type}"
            );
        }
        let japanese = read("text/html; charset=Shift_JIS", b"\x93\xfa\x96{");
        assert_eq!(japanese.as_deref(), Some("日本"));
    }

    #[test]
    fn documents_declare_their_encoding() {
        for (content_type, start) in [
            ("text/html", "<html><META CHARSET='iso-8859-1'>"),
            (
                "text/html",
                "<meta http-equiv=\"content-type\" content=\"text/html; charset=latin1\">",
            ),
            (
                "application/xml",
                "<?xml version='1.0' encoding='ISO-8859-1'?>",
            ),
            (
                "image/svg+xml",
                "<?xml version=\"1.0\" encoding=\"latin1\"?>",
            ),
        ] {
            let bytes = [start.as_bytes(), b"gr\xfcn"].concat();
            let text = read(content_type, &bytes);
            assert_eq!(text, Some(format!("{start}grün")), "{content_type}");
            assert_eq!(read("text/plain", &bytes), None);
        }
        assert_eq!(read("text/xml", b"<a encoding='latin1'>gr\xfcn</a>"), None);
    }

    #[test]
    fn what_is_not_text_is_not_damaged() {
        for (content_type, bytes) in [
            ("image/png", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..]),
            ("", b"\xff\xd8\xff\xe0"),
            ("text/plain", b"gr\xfcn"),
            ("text/plain; charset=utf-8", b"gr\xfcn"),
            ("text/plain", b"a\0b"),
            ("text/plain; charset=klingon", b"abc"),
            ("text/plain; charset=utf-16le", b"a\0b"),
            ("application/octet-stream", b"\xe2\x82"),
        ] {
            assert_eq!(read(content_type, bytes), None, "{content_type}");
        }
    }

    #[test]
    fn incomplete_character_at_a_cut_is_left_out() {
        for cut in 1..4 {
            let bytes = &"a\u{1f600}".as_bytes()[..=cut];
            assert_eq!(text(bytes, &headers(""), true).as_deref(), Some("a"));
            assert_eq!(text(bytes, &headers(""), false), None);
        }
    }
}
