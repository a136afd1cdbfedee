use crate::settings::list::SETTINGS;

/// Returns the variable of the setting that `name` probably means.
pub(crate) fn closest_variable(name: &str) -> Option<&'static str> {
    closest(name, SETTINGS.iter().map(|setting| setting.env))
}

/// Returns the candidate that `name` probably means: the closest one, if at most a third of `name` is different. Two letters
/// in the wrong order are one difference.
pub(crate) fn closest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min()
        .filter(|(distance, _)| distance * 3 <= name.len())
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_similar_names_are_suggested() {
        assert_eq!(
            closest_variable("ODD_GATWAY_ADDR"),
            Some("ODD_GATEWAY_ADDR")
        );
        assert_eq!(closest_variable("ODD_NONSENSE"), None);
        assert_eq!(closest("prdo", ["dev", "prod"].into_iter()), Some("prod"));
    }
}
