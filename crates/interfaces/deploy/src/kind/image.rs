use std::fmt;
use std::str::FromStr;

/// The image of the roles in the manifests, without its tag.
const RELEASED: &str = "ghcr.io/odd-dashboard/odd-dashboard";

/// An image with a tag or a digest that names one build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    name: String,
    version: Version,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Version {
    Tag(String),
    Digest(String),
}

impl Image {
    /// Returns the released image of this version, which the manifests name.
    pub fn released() -> Self {
        Self {
            name: RELEASED.to_owned(),
            version: Version::Tag(env!("CARGO_PKG_VERSION").to_owned()),
        }
    }

    /// Returns the entry of a kustomization that replaces the image of the roles by this one.
    pub(super) fn replacement(&self) -> serde_json::Value {
        let mut entry = serde_json::json!({"name": RELEASED, "newName": self.name});
        match &self.version {
            Version::Tag(tag) => entry["newTag"] = tag.as_str().into(),
            Version::Digest(digest) => entry["digest"] = digest.as_str().into(),
        }
        entry
    }
}

impl FromStr for Image {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with('-') || text.contains(char::is_whitespace) {
            return Err("is not the name of an image".to_owned());
        }
        if let Some((name, digest)) = text.split_once('@') {
            let name = untagged(name).0;
            let version = Version::Digest(digest.to_owned());
            return Ok(Self {
                name: name.to_owned(),
                version,
            });
        }
        match untagged(text) {
            // A node asks the registry for such an image again at every start, also for one that was loaded.
            (_, None | Some("" | "latest")) => {
                Err("must have a tag that names a version, such as odd-dashboard:1.2.3".to_owned())
            }
            (name, Some(tag)) => Ok(Self {
                name: name.to_owned(),
                version: Version::Tag(tag.to_owned()),
            }),
        }
    }
}

/// Splits off the tag. A colon before a slash belongs to the port of the registry.
fn untagged(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (text, None),
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Version::Tag(tag) => write!(f, "{}:{tag}", self.name),
            Version::Digest(digest) => write!(f, "{}@{digest}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bundle;

    #[test]
    fn ports_of_registries_are_not_tags() {
        for (text, entry) in [
            (
                "localhost:5000/roles:dev-1",
                r#"{"name":"ghcr.io/odd-dashboard/odd-dashboard","newName":"localhost:5000/roles","newTag":"dev-1"}"#,
            ),
            (
                "roles@sha256:12",
                r#"{"digest":"sha256:12","name":"ghcr.io/odd-dashboard/odd-dashboard","newName":"roles"}"#,
            ),
        ] {
            let image: Image = text.parse().expect("an image");
            assert_eq!(image.to_string(), text);
            let expected: serde_json::Value = serde_json::from_str(entry).expect("JSON");
            assert_eq!(image.replacement(), expected);
        }
    }

    #[test]
    fn images_without_a_version_are_refused() {
        for text in ["roles", "roles:latest", "localhost:5000/roles", "--help:1"] {
            assert!(text.parse::<Image>().is_err(), "{text}");
        }
    }

    #[test]
    fn manifests_name_the_released_image() {
        let gateway = Bundle::get("k8s/base/gateway.yaml").expect("part of the bundle");
        let text = String::from_utf8_lossy(&gateway.data).into_owned();
        assert!(text.contains(&format!("image: {}\n", Image::released())));
    }
}
