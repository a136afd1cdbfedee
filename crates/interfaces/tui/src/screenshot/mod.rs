//! A drawn frame as SVG and as text, for files and for the documentation.

mod colour;
mod files;
mod shape;
mod svg;
mod text;

pub use colour::Background;
pub use svg::to_svg;
pub use text::to_text;

pub(crate) use files::save;
