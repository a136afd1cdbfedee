//! Compares the alternatives of `anyOf` and `oneOf`.

use super::change::{Difference, Effect};
use super::compare::Comparison;
use super::view::{Choice, Located, View};

/// Compares the choices of views with equally many choices.
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    base: &View<'a>,
    head: &View<'a>,
    found: &mut Vec<Difference>,
) {
    for (before, after) in base.choices.iter().zip(&head.choices) {
        compare_choice(comparison, before, after, found);
    }
    for lost in base.choices.iter().skip(head.choices.len()) {
        let at = format!("/{}", lost.keyword);
        found.push(Difference::new(Effect::Widens, at, "choice removed"));
    }
    for new in head.choices.iter().skip(base.choices.len()) {
        let at = format!("/{}", new.keyword);
        found.push(Difference::new(Effect::Narrows, at, "choice added"));
    }
}

/// Compares a view without a choice to one with a choice, or the reverse, alternative by alternative. Returns `None` for
/// other views.
pub(super) fn compare_unlike<'a>(
    comparison: &mut Comparison<'a>,
    base: &View<'a>,
    head: &View<'a>,
) -> Option<Vec<Difference>> {
    let keyword = match (base.choices.as_slice(), head.choices.as_slice()) {
        ([one], []) | ([], [one]) => one.keyword,
        _ => return None,
    };
    let before: Vec<View<'a>> = decided(base)
        .into_iter()
        .map(|branch| base.choosing(&comparison.base, branch))
        .collect();
    let after: Vec<View<'a>> = decided(head)
        .into_iter()
        .map(|branch| head.choosing(&comparison.head, branch))
        .collect();
    let mut found = Vec::new();
    let mut reached = vec![false; after.len()];
    for one in &before {
        let candidates = after
            .iter()
            .map(|other| comparison.compare_views(one, other))
            .enumerate();
        if let Some((place, differences)) = candidates.min_by_key(|(_, found)| severity(found)) {
            reached[place] = true;
            found.extend(differences);
        }
    }
    if reached.contains(&false) {
        let at = format!("/{keyword}");
        found.push(Difference::new(Effect::Widens, at, "alternative added"));
    }
    found.dedup();
    Some(found)
}

fn decided<'a>(view: &View<'a>) -> Vec<Option<Located<'a>>> {
    match view.choices.first() {
        None => vec![None],
        Some(choice) => choice.branches.iter().copied().map(Some).collect(),
    }
}

fn compare_choice<'a>(
    comparison: &mut Comparison<'a>,
    base: &Choice<'a>,
    head: &Choice<'a>,
    found: &mut Vec<Difference>,
) {
    match (base.keyword, head.keyword) {
        ("anyOf", "oneOf") => {
            let message = "anyOf became oneOf";
            found.push(Difference::new(Effect::Narrows, "/oneOf", message));
        }
        ("oneOf", "anyOf") => {
            let message = "oneOf became anyOf";
            found.push(Difference::new(Effect::Widens, "/anyOf", message));
        }
        _ => {}
    }
    let mut pairing = Pairing::new(comparison, base, head);
    pairing.pair(|differences| differences.is_empty());
    pairing.pair(|differences| !differences.iter().any(Difference::breaks));
    pairing.pair(|_| true);
    pairing.report(base, head, found);
}

/// Pairs each branch of the base with the branch of the head that it became.
struct Pairing {
    /// Indexed by base branch, then by head branch.
    differences: Vec<Vec<Vec<Difference>>>,
    partners: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairing {
    fn new<'a>(comparison: &mut Comparison<'a>, base: &Choice<'a>, head: &Choice<'a>) -> Self {
        let mut row = |before: &Located<'a>| {
            head.branches
                .iter()
                .map(|after| comparison.compare(&[*before], &[*after]))
                .collect()
        };
        Self {
            differences: base.branches.iter().map(&mut row).collect(),
            partners: vec![None; base.branches.len()],
            taken: vec![false; head.branches.len()],
        }
    }

    /// Pairs the remaining branches whose differences are `acceptable`, the least different first.
    fn pair(&mut self, acceptable: impl Fn(&[Difference]) -> bool) {
        for (row, partner) in self.differences.iter().zip(&mut self.partners) {
            if partner.is_some() {
                continue;
            }
            let best = row
                .iter()
                .enumerate()
                .filter(|(place, found)| !self.taken[*place] && acceptable(found))
                .min_by_key(|(_, found)| severity(found));
            if let Some((place, _)) = best {
                *partner = Some(place);
                self.taken[place] = true;
            }
        }
    }

    fn report(self, base: &Choice<'_>, head: &Choice<'_>, found: &mut Vec<Difference>) {
        for (place, (row, partner)) in self.differences.into_iter().zip(self.partners).enumerate() {
            let at = format!("/{}/{place}", base.keyword);
            match partner.and_then(|partner| row.into_iter().nth(partner)) {
                Some(differences) => {
                    found.extend(differences.into_iter().map(|one| one.under(&at)))
                }
                None => found.push(Difference::new(Effect::Narrows, at, "alternative removed")),
            }
        }
        for (place, _) in self.taken.iter().enumerate().filter(|(_, taken)| !**taken) {
            let at = format!("/{}/{place}", head.keyword);
            found.push(Difference::new(Effect::Widens, at, "alternative added"));
        }
    }
}

fn severity(differences: &[Difference]) -> (Option<Effect>, usize) {
    let worst = differences.iter().map(|difference| difference.effect).max();
    (worst, differences.len())
}
