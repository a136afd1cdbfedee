//! What a release consists of, and how its files are made and checked.

pub(crate) mod archive;
pub(crate) mod assembly;
pub(crate) mod checksums;
mod contents;
mod file;
pub(crate) mod gate;
mod manifests;
pub(crate) mod notes;
pub(crate) mod npm;
pub(crate) mod platform;
pub(crate) mod product;
pub(crate) mod program;
mod sbom;
pub(crate) mod tag;
