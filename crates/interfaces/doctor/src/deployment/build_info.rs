/// The build of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BuildInfo {
    pub(super) version: String,
    /// `None` when the role does not tell it.
    pub(super) commit: Option<String>,
}

impl BuildInfo {
    /// Reads the sample `observatory_build_info{version,commit}` from `/metrics`.
    pub(super) fn in_metrics(text: &str) -> Option<Self> {
        let sample = text
            .lines()
            .find_map(|line| line.strip_prefix("observatory_build_info{"))?;
        let (labels, _) = sample.split_once('}')?;
        let value = |name: &str| {
            let mut pairs = labels.split(',').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(label, _)| *label == name)?;
            Some(value.trim_matches('"').to_owned())
        };
        Some(Self {
            version: value("version")?,
            commit: value("commit").filter(|commit| commit != "unknown"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_is_read_from_its_sample() {
        let text = "# TYPE observatory_build_info gauge\n\
            observatory_build_info{service=\"gateway\",version=\"0.1.0\",commit=\"abc\"} 1\n";
        let build = BuildInfo::in_metrics(text).expect("a sample");
        assert_eq!(
            (build.version.as_str(), build.commit.as_deref()),
            ("0.1.0", Some("abc"))
        );
        let unknown = text.replace("abc", "unknown");
        assert_eq!(
            BuildInfo::in_metrics(&unknown).expect("a sample").commit,
            None
        );
        assert_eq!(BuildInfo::in_metrics("# EOF"), None);
    }
}
