use semver::Version;

/// Returns the first version number in the output of a program, such as `kind v0.27.0 go1.24.0 linux/amd64`. A missing patch
/// number counts as 0.
pub(crate) fn first_version(output: &str) -> Option<Version> {
    output
        .split(|char: char| char.is_whitespace() || matches!(char, ',' | '"' | ':' | '(' | ')'))
        .find_map(parse)
}

fn parse(word: &str) -> Option<Version> {
    let word = word.trim_start_matches('v');
    let end = word.find(|char: char| !char.is_ascii_digit() && char != '.');
    let mut numbers = word[..end.unwrap_or(word.len())].split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    let patch = numbers.next().map_or(Some(0), |text| text.parse().ok())?;
    Some(Version::new(major, minor, patch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_found_in_the_output_of_each_tool() {
        for (output, expected) in [
            ("27.3.1\n", (27, 3, 1)),
            ("2.35.1-desktop.1", (2, 35, 1)),
            ("v2.24.5", (2, 24, 5)),
            ("kind v0.27.0 go1.24.0 linux/amd64", (0, 27, 0)),
            ("Docker version 24.0.7, build afdd53b", (24, 0, 7)),
            (
                "Client Version: v1.31.0\nKustomize Version: v5.4.2",
                (1, 31, 0),
            ),
            ("podman 5.2", (5, 2, 0)),
        ] {
            let (major, minor, patch) = expected;
            assert_eq!(
                first_version(output),
                Some(Version::new(major, minor, patch))
            );
        }
        assert_eq!(first_version("no version 7"), None);
    }
}
