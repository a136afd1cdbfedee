use std::collections::{BTreeMap, BTreeSet};

use odd_contracts::json_pointer;

use super::change::{Difference, Effect};
use super::view::{Located, View, ViewKey};
use super::{alternatives, bounds, keywords};
use crate::ContractSet;
use crate::references::References;

/// Compares schemas of two contract sets. Pointers in the result are relative to the compared schemas.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    pub(super) base: References<'a>,
    pub(super) head: References<'a>,
    /// Results so far. A pair that is being compared is listed as equal, so that recursive schemas terminate.
    known: BTreeMap<(ViewKey, ViewKey), Vec<Difference>>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(base: &'a ContractSet, head: &'a ContractSet) -> Self {
        Self {
            base: References::of(base),
            head: References::of(head),
            known: BTreeMap::new(),
        }
    }

    /// Returns the differences between the values that satisfy all of `base` and all of `head`. An empty slice accepts every
    /// value.
    pub(super) fn compare(
        &mut self,
        base: &[Located<'a>],
        head: &[Located<'a>],
    ) -> Vec<Difference> {
        let base = View::of(&self.base, base);
        let head = View::of(&self.head, head);
        self.compare_views(&base, &head)
    }

    pub(super) fn compare_views(&mut self, base: &View<'a>, head: &View<'a>) -> Vec<Difference> {
        let key = (base.key(), head.key());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        self.known.insert(key.clone(), Vec::new());
        let differences = self.differences(base, head);
        self.known.insert(key, differences.clone());
        differences
    }

    fn differences(&mut self, base: &View<'a>, head: &View<'a>) -> Vec<Difference> {
        match (base.accepts_nothing, head.accepts_nothing) {
            (true, true) => return Vec::new(),
            (false, true) => {
                return vec![Difference::new(Effect::Narrows, "", "no value is accepted")];
            }
            (true, false) => {
                return vec![Difference::new(Effect::Widens, "", "values are accepted")];
            }
            (false, false) => {}
        }
        if let Some(found) = alternatives::compare_unlike(self, base, head) {
            return found;
        }
        let mut found = Vec::new();
        keywords::compare_types(base, head, &mut found);
        keywords::compare_enumerations(base, head, &mut found);
        keywords::compare_texts(base, head, &mut found);
        keywords::compare_required(base, head, &mut found);
        bounds::compare(base, head, &mut found);
        self.compare_fields(base, head, &mut found);
        self.compare_items(base, head, &mut found);
        self.compare_conditions(base, head, &mut found);
        alternatives::compare(self, base, head, &mut found);
        for lost in head.broken.difference(&base.broken) {
            let message = format!("refers to {lost}, which does not exist");
            found.push(Difference::new(Effect::Replaces, "/$ref", message));
        }
        found
    }

    fn compare_fields(&mut self, base: &View<'a>, head: &View<'a>, found: &mut Vec<Difference>) {
        let before = base.names("properties");
        let after = head.names("properties");
        for name in before.union(&after) {
            let at = json_pointer::child("/properties", name);
            match (before.contains(name), after.contains(name)) {
                (true, true) => {
                    let base = base.named("properties", name);
                    let head = head.named("properties", name);
                    self.compare_at(&at, &base, &head, found);
                }
                (true, false) => {
                    found.push(Difference::new(Effect::Narrows, at, "field removed"));
                }
                (false, _) => self.compare_new_field(&at, name, base, head, found),
            }
        }
        self.compare_pattern_fields(base, head, found);
        for keyword in [
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
        ] {
            let at = format!("/{keyword}");
            self.compare_at(&at, &base.schemas(keyword), &head.schemas(keyword), found);
        }
        let before = base.names("dependentSchemas");
        let after = head.names("dependentSchemas");
        for name in before.union(&after) {
            let at = json_pointer::child("/dependentSchemas", name);
            let base = base.named("dependentSchemas", name);
            let head = head.named("dependentSchemas", name);
            self.compare_at(&at, &base, &head, found);
        }
    }

    fn compare_new_field(
        &mut self,
        at: &str,
        name: &str,
        base: &View<'a>,
        head: &View<'a>,
        found: &mut Vec<Difference>,
    ) {
        let added = head.named("properties", name);
        if View::of(&self.head, &added).accepts_nothing {
            if !base.is_closed() {
                found.push(Difference::new(Effect::Narrows, at, "field forbidden"));
            }
            return;
        }
        found.push(Difference::new(Effect::Widens, at, "field added"));
        let before = base.schemas("additionalProperties");
        if !before.is_empty() && !base.is_closed() {
            self.compare_at(at, &before, &added, found);
        }
    }

    fn compare_pattern_fields(
        &mut self,
        base: &View<'a>,
        head: &View<'a>,
        found: &mut Vec<Difference>,
    ) {
        const KEYWORD: &str = "patternProperties";
        let before = base.names(KEYWORD);
        let after = head.names(KEYWORD);
        for pattern in before.union(&after) {
            let at = json_pointer::child("/patternProperties", pattern);
            let in_base = base.named(KEYWORD, pattern);
            let in_head = head.named(KEYWORD, pattern);
            if in_head.is_empty() && head.is_closed() {
                found.push(Difference::new(Effect::Narrows, at, "fields removed"));
            } else if in_base.is_empty() && base.is_closed() {
                found.push(Difference::new(Effect::Widens, at, "fields added"));
            } else {
                self.compare_at(&at, &in_base, &in_head, found);
            }
        }
    }

    fn compare_items(&mut self, base: &View<'a>, head: &View<'a>, found: &mut Vec<Difference>) {
        let rest_before = base.schemas("items");
        let rest_after = head.schemas("items");
        let prefix_before = keywords::prefix_items(base);
        let prefix_after = keywords::prefix_items(head);
        for place in 0..prefix_before.len().max(prefix_after.len()) {
            let base = prefix_before.get(place).unwrap_or(&rest_before);
            let head = prefix_after.get(place).unwrap_or(&rest_after);
            self.compare_at(&format!("/prefixItems/{place}"), base, head, found);
        }
        self.compare_at("/items", &rest_before, &rest_after, found);
        let (before, after) = (
            base.schemas("unevaluatedItems"),
            head.schemas("unevaluatedItems"),
        );
        self.compare_at("/unevaluatedItems", &before, &after, found);
        self.compare_demand("contains", base, head, found);
    }

    fn compare_conditions(
        &mut self,
        base: &View<'a>,
        head: &View<'a>,
        found: &mut Vec<Difference>,
    ) {
        let mut inverted = Vec::new();
        self.compare_demand("not", base, head, &mut inverted);
        let present = !base.schemas("not").is_empty() && !head.schemas("not").is_empty();
        found.extend(inverted.into_iter().map(|difference| {
            if present {
                difference.inverted()
            } else {
                difference
            }
        }));
        let after = keywords::conditionals(head);
        let mut unmatched: BTreeSet<usize> = (0..after.len()).collect();
        for before in keywords::conditionals(base) {
            let same = unmatched
                .iter()
                .copied()
                .find(|&place| self.compare(&before.test, &after[place].test).is_empty());
            match same {
                Some(place) => {
                    unmatched.remove(&place);
                    self.compare_at("/then", &before.then, &after[place].then, found);
                    self.compare_at("/else", &before.otherwise, &after[place].otherwise, found);
                }
                None => found.push(Difference::new(Effect::Widens, "/if", "condition removed")),
            }
        }
        for place in unmatched {
            let difference = if keywords::holds_for_new_values_only(&after[place], base, head) {
                Difference::new(Effect::Widens, "/if", "condition for new values added")
            } else {
                Difference::new(Effect::Narrows, "/if", "condition added")
            };
            found.push(difference);
        }
    }

    /// Compares a keyword that restricts values by its presence.
    fn compare_demand(
        &mut self,
        keyword: &str,
        base: &View<'a>,
        head: &View<'a>,
        found: &mut Vec<Difference>,
    ) {
        let at = format!("/{keyword}");
        let before = base.schemas(keyword);
        let after = head.schemas(keyword);
        match (before.is_empty(), after.is_empty()) {
            (true, true) => {}
            (true, false) => {
                found.push(Difference::new(
                    Effect::Narrows,
                    at,
                    format!("{keyword} added"),
                ));
            }
            (false, true) => {
                found.push(Difference::new(
                    Effect::Widens,
                    at,
                    format!("{keyword} removed"),
                ));
            }
            (false, false) => self.compare_at(&at, &before, &after, found),
        }
    }

    fn compare_at(
        &mut self,
        at: &str,
        base: &[Located<'a>],
        head: &[Located<'a>],
        found: &mut Vec<Difference>,
    ) {
        let differences = self.compare(base, head);
        found.extend(differences.into_iter().map(|one| one.under(at)));
    }
}
