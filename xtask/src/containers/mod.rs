//! A Docker engine and the images of the observatory, for suites that run containers.

mod base;
mod compose;
mod engine;
mod images;

pub(crate) use engine::Engine;
pub(crate) use images::{Images, build_role_image};
