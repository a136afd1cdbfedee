/// A value and its origin: the variable, or the key and the file.
pub(crate) struct Found<T = String> {
    pub(crate) value: T,
    pub(crate) origin: String,
}
