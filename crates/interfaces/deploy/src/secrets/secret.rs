/// A file with secrets: for Docker Compose a file in one directory, for Kubernetes a key of a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The name of the file for Docker Compose.
    pub file: &'static str,
    /// The name of the Secret in Kubernetes.
    pub name: &'static str,
    /// The key in the Secret.
    pub key: &'static str,
    /// The content of the file.
    pub content: String,
}

impl Secret {
    pub(super) fn new(
        file: &'static str,
        (name, key): (&'static str, &'static str),
        content: String,
    ) -> Self {
        Self {
            file,
            name,
            key,
            content,
        }
    }
}
