/// The colours of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// For a dark background.
    #[default]
    Dark,
    /// For a light background.
    Light,
    /// The 16 colours that the terminal defines itself.
    Sixteen,
    /// None: bold, dim and reversed text only.
    None,
}
