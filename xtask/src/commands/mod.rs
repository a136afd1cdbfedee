pub(crate) mod bench;
pub(crate) mod ci;
pub(crate) mod generate;
pub(crate) mod referee;
pub(crate) mod screens;
pub(crate) mod test;
pub(crate) mod tidy;
pub(crate) mod up;
