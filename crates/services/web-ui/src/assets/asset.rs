use std::io::Read;

use bytes::Bytes;
use flate2::read::GzDecoder;

/// A file of the web dashboard, with its compressed copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// The path below the folder of the pages, for example `assets/page-1a2b3c4d.js`.
    pub path: &'static str,
    /// The value of `Content-Type`.
    pub media_type: &'static str,
    /// The start of the SHA-256 of the content, in hexadecimal digits.
    pub digest: &'static str,
    /// The content, unless there is a copy in gzip: every browser accepts that.
    pub identity: Option<&'static [u8]>,
    /// The content compressed with Brotli, if that is shorter.
    pub brotli: Option<&'static [u8]>,
    /// The content compressed with gzip, if that is shorter.
    pub gzip: Option<&'static [u8]>,
}

impl Asset {
    /// Returns the content for clients that accept no compressed copy.
    pub(crate) fn content(&self) -> Bytes {
        match (self.identity, self.gzip) {
            (Some(content), _) => Bytes::from_static(content),
            (None, Some(compressed)) => decompress(compressed),
            (None, None) => Bytes::new(),
        }
    }
}

fn decompress(mut compressed: &'static [u8]) -> Bytes {
    let mut content = Vec::new();
    GzDecoder::new(&mut compressed)
        .read_to_end(&mut content)
        .expect("the build compressed it");
    content.into()
}

/// The files of the web dashboard, sorted by path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assets(&'static [Asset]);

const EMBEDDED: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const INDEX: &str = "index.html";

impl Assets {
    /// Returns the files that were built before this binary was. There are none if `web/dist` was absent.
    pub const fn embedded() -> Self {
        Self(EMBEDDED)
    }

    /// Returns a set of files, sorted by path.
    pub const fn new(assets: &'static [Asset]) -> Self {
        Self(assets)
    }

    /// Returns the file at `path`, which has no leading slash. The page is no file: its text depends on the settings.
    pub(crate) fn find(self, path: &str) -> Option<&'static Asset> {
        self.get(path).filter(|asset| asset.path != INDEX)
    }

    /// Returns the text of the page, if there are files.
    pub(crate) fn index(self) -> Option<&'static str> {
        self.get(INDEX)
            .and_then(|asset| std::str::from_utf8(asset.identity?).ok())
    }

    fn get(self, path: &str) -> Option<&'static Asset> {
        let found = self.0.binary_search_by(|asset| asset.path.cmp(path));
        found.ok().map(|index| &self.0[index])
    }
}
