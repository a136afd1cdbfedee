use crate::settings::list::SETTINGS;

/// The setting's variable that `name` was probably meant to be.
pub(crate) fn closest_variable(name: &str) -> Option<&'static str> {
    closest(name, SETTINGS.iter().map(|setting| setting.env))
}

/// The candidate that `name` was probably meant to be: at most a third of it is different.
pub(super) fn closest(
    name: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    known
        .map(|known| (edit_distance(name, known), known))
        .min()
        .filter(|(distance, _)| distance * 3 <= name.len())
        .map(|(_, known)| known)
}

/// Levenshtein's distance, by the two-row method of Wagner and Fischer.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in b.iter().enumerate() {
            let replaced = above[column] + usize::from(from != *to);
            current.push(replaced.min(above[column + 1] + 1).min(current[column] + 1));
        }
        above = current;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_mostly_right_is_recognised() {
        assert_eq!(
            closest_variable("ODD_GATWAY_ADDR"),
            Some("ODD_GATEWAY_ADDR")
        );
        assert_eq!(closest_variable("ODD_NONSENSE"), None);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }
}
