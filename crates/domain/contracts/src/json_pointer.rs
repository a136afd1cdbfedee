//! JSON Pointers (RFC 6901).

/// Returns the pointer to the field `name` of the object at `parent`.
pub fn child(parent: &str, name: &str) -> String {
    if name.contains(['~', '/']) {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        return format!("{parent}/{escaped}");
    }
    format!("{parent}/{name}")
}

#[cfg(test)]
mod tests {
    use super::child;

    #[test]
    fn names_are_escaped_as_rfc_6901_says() {
        assert_eq!(child("/a", "b"), "/a/b");
        assert_eq!(child("", "b~c/d"), "/b~0c~1d");
    }
}
