//! A Docker engine and the images of the observatory, for suites that run containers.

mod base;
mod compose;
mod engine;
mod images;
mod namespace;

pub(crate) use engine::Engine;
pub(crate) use images::{Images, LOCAL_IMAGE, build_role_image, save};
