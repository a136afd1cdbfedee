//! A Docker engine and the images of the observatory, for suites that run containers.

mod base;
mod compose;
mod engine;
mod images;
mod namespace;
mod node_image;

pub(crate) use engine::Engine;
pub(crate) use images::{Images, LOCAL_IMAGE, build_role_image, complete, save};
pub(crate) use node_image::build_node_image;
