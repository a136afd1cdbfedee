use std::fmt;
use std::sync::Arc;

/// The label that holds the name of a metric.
pub const METRIC_NAME: &str = "__name__";

/// The labels of a series, ordered by name. A label without a value is the same as no label.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels(Arc<[(Arc<str>, Arc<str>)]>);

impl Labels {
    /// Creates labels from pairs of name and value. Of several values of a name, the last counts.
    pub fn new<N: Into<Arc<str>>, V: Into<Arc<str>>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut labels = std::collections::BTreeMap::new();
        for (name, value) in pairs {
            labels.insert(name.into(), value.into());
        }
        Self(
            labels
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        )
    }

    /// Returns no labels.
    pub fn empty() -> Self {
        Self(Arc::new([]))
    }

    /// Returns the value of a label; empty if there is no such label.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.binary_search_by(|(other, _)| (**other).cmp(name));
        found.map_or("", |index| &self.0[index].1)
    }

    /// Returns the names and values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Returns the labels whose names are in `names`.
    #[must_use]
    pub fn only(&self, names: &[String]) -> Self {
        self.filtered(|name| names.iter().any(|kept| kept == name))
    }

    /// Returns the labels whose names are not in `names`.
    #[must_use]
    pub fn without(&self, names: &[String]) -> Self {
        self.filtered(|name| names.iter().all(|dropped| dropped != name))
    }

    /// Returns the labels without the name of the metric.
    #[must_use]
    pub fn without_name(&self) -> Self {
        if self.get(METRIC_NAME).is_empty() {
            return self.clone();
        }
        self.filtered(|name| name != METRIC_NAME)
    }

    /// Returns the labels with `name` set to `value`, or removed if the value is empty.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let pairs = self.0.iter().cloned();
        Self::new(pairs.chain([(name.into(), value.into())]))
    }

    fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept = self.0.iter().filter(|(name, _)| keep(name));
        Self(kept.cloned().collect())
    }
}

/// The notation of a selector, for example `up{service="gateway"}`.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get(METRIC_NAME))?;
        f.write_str("{")?;
        let labels = self.iter().filter(|(name, _)| *name != METRIC_NAME);
        for (index, (name, value)) in labels.enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}={value:?}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_value_is_no_label_and_the_last_value_counts() {
        let labels = Labels::new([("b", "1"), ("a", ""), ("b", "2")]);
        assert_eq!(labels, Labels::new([("b", "2")]));
        assert_eq!((labels.get("b"), labels.get("a")), ("2", ""));
        assert_eq!(labels.with("b", ""), Labels::empty());
    }

    #[test]
    fn labels_are_shown_as_a_selector() {
        let labels = Labels::new([("service", "gateway"), (METRIC_NAME, "up"), ("a", "\"")]);
        assert_eq!(labels.to_string(), r#"up{a="\"", service="gateway"}"#);
        assert_eq!(Labels::empty().to_string(), "{}");
    }

    #[test]
    fn labels_are_selected_by_name() {
        let labels = Labels::new([(METRIC_NAME, "up"), ("a", "1"), ("b", "2")]);
        let names = ["a".to_owned()];
        assert_eq!(labels.only(&names), Labels::new([("a", "1")]));
        assert_eq!(
            labels.without(&names),
            Labels::new([(METRIC_NAME, "up"), ("b", "2")])
        );
        assert_eq!(labels.without_name(), Labels::new([("a", "1"), ("b", "2")]));
    }
}
