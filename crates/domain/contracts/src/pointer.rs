/// The pointer (RFC 6901) of the member `name` of the value at `parent`.
pub(crate) fn child(parent: &str, name: &str) -> String {
    if name.contains(['~', '/']) {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        return format!("{parent}/{escaped}");
    }
    format!("{parent}/{name}")
}
