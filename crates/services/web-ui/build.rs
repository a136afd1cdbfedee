//! Compresses the pages of the web dashboard once, and lists them for `include!`: those of `web/dist`, and the small set
//! that the integration tests use.

use std::env;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// A compressed copy is kept if it saves at least this share: one tenth.
const LEAST_SAVING: usize = 10;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let crate_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    let web = crate_dir.join("../../../web");
    let dist = web.join("dist");
    // Cargo runs this script on every build while a path that it names does not exist.
    let watched = if dist.is_dir() { &dist } else { &web };
    println!("cargo:rerun-if-changed={}", watched.display());
    list(&dist, &out_dir, "assets.rs")?;
    let fixture = crate_dir.join("tests/fixture");
    println!("cargo:rerun-if-changed={}", fixture.display());
    println!("cargo:rerun-if-changed=build.rs");
    list(&fixture, &out_dir, "fixture.rs")
}

/// Writes an expression of type `&[Asset]` that lists the files under `folder`, which may be absent.
fn list(folder: &Path, out_dir: &Path, name: &str) -> Outcome<()> {
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(folder, &mut files)?;
    }
    let mut assets = Vec::new();
    for file in files {
        assets.push((relative_path(folder, &file)?, file));
    }
    // In the order in which the role searches.
    assets.sort();
    let mut list = String::from("&[\n");
    for (path, file) in &assets {
        list.push_str(&entry(path, file, out_dir)?);
    }
    list.push(']');
    fs::write(out_dir.join(name), list)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => collect(&path, files)?,
            false => files.push(fs::canonicalize(path)?),
        }
    }
    Ok(())
}

/// Returns the path of a file in the pages, with slashes.
fn relative_path(folder: &Path, file: &Path) -> Outcome<String> {
    let path = file.strip_prefix(fs::canonicalize(folder)?)?;
    let path = path.to_str().ok_or("a file name is not UTF-8")?;
    Ok(path.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// Returns the source text of one asset.
fn entry(path: &str, file: &Path, out_dir: &Path) -> Outcome<String> {
    let bytes = fs::read(file)?;
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let digest: String = Sha256::digest(&bytes)[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // The page itself is changed at the start of the role.
    let is_compressed = is_text(media_type.essence_str()) && path != "index.html";
    let copies = match is_compressed {
        true => Copies::write(&bytes, out_dir, &digest)?,
        false => Copies::default(),
    };
    Ok(format!(
        "Asset {{ path: {path:?}, media_type: {:?}, digest: {digest:?}, identity: {}, brotli: {}, gzip: {} }},\n",
        with_charset(media_type.essence_str()),
        included(copies.gzip.is_none().then_some(file)),
        included(copies.brotli.as_deref()),
        included(copies.gzip.as_deref()),
    ))
}

/// The compressed copies of one file, where they are worth it.
#[derive(Default)]
struct Copies {
    brotli: Option<PathBuf>,
    gzip: Option<PathBuf>,
}

impl Copies {
    fn write(bytes: &[u8], out_dir: &Path, digest: &str) -> Outcome<Self> {
        let keep = |extension: &str, compress: fn(&[u8]) -> Outcome<Vec<u8>>| {
            let file = out_dir.join(format!("{digest}.{extension}"));
            if !file.is_file() {
                // An interrupted build leaves no incomplete copy.
                let incomplete = file.with_extension("incomplete");
                fs::write(&incomplete, compress(bytes)?)?;
                fs::rename(incomplete, &file)?;
            }
            let length = usize::try_from(fs::metadata(&file)?.len())?;
            Outcome::Ok((length + bytes.len() / LEAST_SAVING < bytes.len()).then_some(file))
        };
        Ok(Self {
            brotli: keep("br", compress_with_brotli)?,
            gzip: keep("gz", compress_with_gzip)?,
        })
    }
}

fn compress_with_brotli(mut bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn compress_with_gzip(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn included(file: Option<&Path>) -> String {
    file.map_or_else(
        || "None".to_owned(),
        |file| format!("Some(include_bytes!({file:?}))"),
    )
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || ["json", "javascript", "xml", "wasm"]
            .iter()
            .any(|part| media_type.contains(part))
}

fn with_charset(media_type: &str) -> String {
    match media_type.starts_with("text/") {
        true => format!("{media_type}; charset=utf-8"),
        false => media_type.to_owned(),
    }
}
