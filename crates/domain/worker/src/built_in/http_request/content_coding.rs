use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// What `Accept-Encoding` says unless the submitter sets it.
pub(super) const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// Most codings that are applied to one body.
const MAX_CODINGS: usize = 4;

/// Largest window of a zstd frame (RFC 9659). A larger one would need as much memory.
const ZSTD_WINDOW: u64 = 8 * 1024 * 1024;

/// A body is compressed, so its encoded form is hardly larger than the decoded one: by less than this.
const OVERHEAD: usize = 64 * 1024;

/// A content coding (RFC 9110, section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Bytes of a body, and whether there were more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes {
    pub(super) bytes: Vec<u8>,
    pub(super) is_cut: bool,
}

impl Coding {
    /// Returns the codings of a body, in the order in which they were applied. `None` if one of them is not supported.
    pub(super) fn of(headers: &HeaderMap) -> Option<Vec<Self>> {
        let mut codings = Vec::new();
        for value in headers.get_all(CONTENT_ENCODING) {
            for name in value.to_str().ok()?.split(',') {
                match name.trim().to_ascii_lowercase().as_str() {
                    "" | "identity" => {}
                    "gzip" | "x-gzip" => codings.push(Self::Gzip),
                    "deflate" => codings.push(Self::Deflate),
                    "br" => codings.push(Self::Brotli),
                    "zstd" => codings.push(Self::Zstd),
                    _ => return None,
                }
            }
        }
        (codings.len() <= MAX_CODINGS).then_some(codings)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// Returns up to `limit` decoded bytes.
    fn decode(self, encoded: &Bytes, limit: usize) -> io::Result<Bytes> {
        let input = encoded.bytes.as_slice();
        let mut output = Vec::new();
        let mut read = |decoder: &mut dyn Read| {
            decoder
                .take(limit as u64 + 1)
                .read_to_end(&mut output)
                .map(drop)
        };
        let ended = match self {
            _ if input.is_empty() => Ok(()),
            Self::Gzip => read(&mut MultiGzDecoder::new(input)),
            // The coding is zlib, but some servers send what is inside.
            Self::Deflate if is_zlib(input) => read(&mut ZlibDecoder::new(input)),
            Self::Deflate => read(&mut DeflateDecoder::new(input)),
            // Not brotli as registered, but an extension with windows of up to 1 GiB.
            Self::Brotli if input[0] & 0x7f == 0x11 => Err(io::Error::other("large window")),
            Self::Brotli => read(&mut brotli::Decompressor::new(input, 4_096)),
            Self::Zstd => decode_zstd(input, limit, &mut output),
        };
        let is_cut = output.len() > limit || encoded.is_cut;
        output.truncate(limit);
        match ended {
            Err(error) if !is_cut => Err(error),
            _ => Ok(Bytes {
                bytes: output,
                is_cut,
            }),
        }
    }
}

/// Returns how many bytes of an encoded body are worth reading for `limit` decoded ones.
pub(super) const fn encoded_limit(codings: &[Coding], limit: usize) -> usize {
    match codings {
        [] => limit,
        _ => limit.saturating_add(OVERHEAD),
    }
}

/// Returns up to `limit` bytes of a body, without its `codings`.
///
/// # Errors
/// When the body is not what its codings say. The message names the coding.
pub(super) fn decode(codings: &[Coding], encoded: Bytes, limit: usize) -> Result<Bytes, String> {
    let mut body = encoded;
    for (index, coding) in codings.iter().enumerate().rev() {
        let limit = encoded_limit(&codings[..index], limit);
        body = coding
            .decode(&body, limit)
            .map_err(|error| format!("it is not valid {}: {error}", coding.name()))?;
    }
    Ok(body)
}

/// The header of RFC 1950: compression method 8, and a checksum.
fn is_zlib(input: &[u8]) -> bool {
    let header = input.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
    header.is_some_and(|header| (header >> 8) & 0xf == 8 && header % 31 == 0)
}

/// Decodes one frame after the other, until there are more than `limit` bytes.
fn decode_zstd(mut input: &[u8], limit: usize, output: &mut Vec<u8>) -> io::Result<()> {
    while !input.is_empty() && output.len() <= limit {
        let mut frame = match StreamingDecoder::new_with_max_window_size(&mut input, ZSTD_WINDOW) {
            Ok(frame) => frame,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                input = input.get(length..).ok_or(io::ErrorKind::UnexpectedEof)?;
                continue;
            }
            Err(error) => return Err(io::Error::other(error)),
        };
        let room = (limit + 1 - output.len()) as u64;
        frame.by_ref().take(room).read_to_end(output)?;
        let decoder = frame.into_frame_decoder();
        let expected = decoder.get_checksum_from_data();
        if decoder.is_finished()
            && expected.is_some()
            && decoder.get_calculated_checksum() != expected
            && output.len() <= limit
        {
            return Err(io::Error::other("the checksum differs"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use reqwest::header::HeaderValue;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    const LIMIT: usize = 100_000;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("writes");
        encoder.finish().expect("writes")
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("writes");
        encoder.finish().expect("writes")
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("writes");
        encoder.finish().expect("writes")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4_096, 5, 22);
        encoder.write_all(bytes).expect("writes");
        encoder.into_inner()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    fn encodings(bytes: &[u8]) -> [(Coding, Vec<u8>); 5] {
        [
            (Coding::Gzip, gzip(bytes)),
            (Coding::Deflate, zlib(bytes)),
            (Coding::Deflate, deflate(bytes)),
            (Coding::Brotli, brotli(bytes)),
            (Coding::Zstd, zstd(bytes)),
        ]
    }

    fn whole(bytes: Vec<u8>) -> Bytes {
        Bytes {
            bytes,
            is_cut: false,
        }
    }

    #[test]
    fn every_coding_is_decoded() {
        let text = b"{\"a\": [1, 2, 3]} ".repeat(1_000);
        for (coding, encoded) in encodings(&text) {
            let decoded = decode(&[coding], whole(encoded), LIMIT).expect("valid");
            assert_eq!(decoded, whole(text.clone()), "{coding:?}");
        }
        let twice = brotli(&gzip(&text));
        let decoded = decode(&[Coding::Gzip, Coding::Brotli], whole(twice), LIMIT);
        assert_eq!(decoded, Ok(whole(text.clone())));
        let parts = [gzip(&text[..100]), gzip(&text[100..])].concat();
        let decoded = decode(&[Coding::Gzip], whole(parts), LIMIT);
        assert_eq!(decoded, Ok(whole(text.clone())));
        let skipped = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7];
        let parts = [&skipped, &zstd(&text[..100])[..], &zstd(&text[100..])].concat();
        let decoded = decode(&[Coding::Zstd], whole(parts), LIMIT);
        assert_eq!(decoded, Ok(whole(text)));
    }

    #[test]
    fn no_more_than_the_limit_is_decoded() {
        for (coding, encoded) in encodings(&vec![b'x'; 2_000_000]) {
            let decoded = decode(&[coding], whole(encoded), LIMIT).expect("valid so far");
            assert!(decoded.is_cut, "{coding:?}");
            assert_eq!(decoded.bytes, vec![b'x'; LIMIT], "{coding:?}");
        }
        let bomb = gzip(&gzip(&vec![0; 20_000_000]));
        let decoded = decode(&[Coding::Gzip; 2], whole(bomb), LIMIT).expect("valid so far");
        assert_eq!((decoded.bytes.len(), decoded.is_cut), (LIMIT, true));
    }

    #[test]
    fn damaged_bodies_are_refused_and_cut_ones_are_kept() {
        let text: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
        for (coding, encoded) in encodings(&text) {
            let half = encoded[..encoded.len() / 2].to_vec();
            let damage = decode(&[coding], whole(half.clone()), LIMIT).expect_err("incomplete");
            assert!(damage.contains("not valid"), "{damage}");
            let cut = Bytes {
                bytes: half,
                is_cut: true,
            };
            let decoded = decode(&[coding], cut, LIMIT).expect("as far as it goes");
            assert!(decoded.is_cut && text.starts_with(&decoded.bytes));
            let plain = whole(b"plain text, \xff\xff\xff\xff".to_vec());
            assert!(decode(&[coding], plain, LIMIT).is_err(), "{coding:?}");
            assert_eq!(
                decode(&[coding], whole(Vec::new()), LIMIT),
                Ok(Bytes::default())
            );
        }
    }

    #[test]
    fn large_windows_are_refused() {
        let zstd_of_1_gib = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 0x01, 0x00, 0x00];
        for (coding, encoded) in [
            (Coding::Zstd, &zstd_of_1_gib[..]),
            (Coding::Brotli, &[0x11, 0x1e, 0x03][..]),
        ] {
            assert!(decode(&[coding], whole(encoded.to_vec()), LIMIT).is_err());
        }
    }

    #[test]
    fn codings_are_read_from_all_headers() {
        let mut headers = HeaderMap::new();
        assert_eq!(Coding::of(&headers), Some(Vec::new()));
        headers.append(
            CONTENT_ENCODING,
            HeaderValue::from_static("X-GZIP, identity"),
        );
        headers.append(CONTENT_ENCODING, HeaderValue::from_static("br"));
        let expected = vec![Coding::Gzip, Coding::Brotli];
        assert_eq!(Coding::of(&headers), Some(expected));
        headers.append(CONTENT_ENCODING, HeaderValue::from_static("compress"));
        assert_eq!(Coding::of(&headers), None);
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br,br,br,br,br"));
        assert_eq!(Coding::of(&headers), None);
    }
}
