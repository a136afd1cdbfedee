use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::references::References;

/// A schema and the document that contains it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Located<'a> {
    pub(super) path: &'a str,
    pub(super) schema: &'a Value,
}

/// One schema object. A value must satisfy every keyword of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conjunct<'a> {
    pub(super) path: &'a str,
    pub(super) keywords: &'a Map<String, Value>,
}

/// An `anyOf` or `oneOf`.
#[derive(Debug, Clone)]
pub(super) struct Choice<'a> {
    pub(super) keyword: &'static str,
    pub(super) branches: Vec<Located<'a>>,
}

/// A schema with its `$ref`s followed and its `allOf`s merged: everything that a value must satisfy at once.
/// A view without schemas accepts every value.
#[derive(Debug, Clone, Default)]
pub(super) struct View<'a> {
    pub(super) conjuncts: Vec<Conjunct<'a>>,
    pub(super) choices: Vec<Choice<'a>>,
    /// `true` if the schema `false` is part of the view.
    pub(super) accepts_nothing: bool,
    /// `$ref`s without a target.
    pub(super) broken: BTreeSet<&'a str>,
}

/// The identity of a view.
pub(super) type ViewKey = (Vec<usize>, Vec<usize>, bool);

impl<'a> View<'a> {
    /// Returns the view of all of `schemas` together.
    pub(super) fn of(references: &References<'a>, schemas: &[Located<'a>]) -> Self {
        let mut view = Self::default();
        for schema in schemas {
            view.add(references, *schema);
        }
        view
    }

    fn add(&mut self, references: &References<'a>, Located { path, schema }: Located<'a>) {
        let keywords = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => {
                self.accepts_nothing = true;
                return;
            }
            Value::Object(keywords) => keywords,
            _ => return,
        };
        if self
            .conjuncts
            .iter()
            .any(|known| std::ptr::eq(known.keywords, keywords))
        {
            return;
        }
        self.conjuncts.push(Conjunct { path, keywords });
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            match references.resolve(path, reference) {
                Ok(target) => self.add(
                    references,
                    Located {
                        path: target.path,
                        schema: target.value,
                    },
                ),
                Err(_) => {
                    self.broken.insert(reference);
                }
            }
        }
        for schema in items_of(keywords, "allOf") {
            self.add(references, Located { path, schema });
        }
        for keyword in ["anyOf", "oneOf"] {
            if keywords.contains_key(keyword) {
                let branches = items_of(keywords, keyword);
                self.choices.push(Choice {
                    keyword,
                    branches: branches.map(|schema| Located { path, schema }).collect(),
                });
            }
        }
    }

    /// Returns this view with `branch` instead of its choices.
    pub(super) fn choosing(
        &self,
        references: &References<'a>,
        branch: Option<Located<'a>>,
    ) -> Self {
        let mut view = Self {
            choices: Vec::new(),
            ..self.clone()
        };
        if let Some(branch) = branch {
            view.add(references, branch);
        }
        view
    }

    /// Returns the values of `keyword`, one for each conjunct that has it.
    pub(super) fn values(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.conjuncts
            .iter()
            .filter_map(move |conjunct| conjunct.keywords.get(keyword))
    }

    /// Returns the schemas under `keyword`, one for each conjunct that has it.
    pub(super) fn schemas(&self, keyword: &str) -> Vec<Located<'a>> {
        self.conjuncts
            .iter()
            .filter_map(|conjunct| {
                let schema = conjunct.keywords.get(keyword)?;
                Some(Located {
                    path: conjunct.path,
                    schema,
                })
            })
            .collect()
    }

    /// Returns the schemas for `name` under `keyword`, which maps names to schemas.
    pub(super) fn named(&self, keyword: &str, name: &str) -> Vec<Located<'a>> {
        self.conjuncts
            .iter()
            .filter_map(|conjunct| {
                let schema = conjunct.keywords.get(keyword)?.get(name)?;
                Some(Located {
                    path: conjunct.path,
                    schema,
                })
            })
            .collect()
    }

    /// Returns the names under `keyword`, which maps names to values.
    pub(super) fn names(&self, keyword: &str) -> BTreeSet<&'a str> {
        self.values(keyword)
            .filter_map(Value::as_object)
            .flat_map(|fields| fields.keys().map(String::as_str))
            .collect()
    }

    /// Returns `true` if the view rejects fields without a schema of their own.
    pub(super) fn is_closed(&self) -> bool {
        ["additionalProperties", "unevaluatedProperties"]
            .into_iter()
            .any(|keyword| {
                self.values(keyword)
                    .any(|value| value == &Value::Bool(false))
            })
    }

    pub(super) fn key(&self) -> ViewKey {
        let mut conjuncts: Vec<_> = self
            .conjuncts
            .iter()
            .map(|conjunct| std::ptr::from_ref(conjunct.keywords).addr())
            .collect();
        conjuncts.sort_unstable();
        let branches = self.choices.iter().flat_map(|choice| &choice.branches);
        let branches = branches.map(|branch| std::ptr::from_ref(branch.schema).addr());
        (conjuncts, branches.collect(), self.accepts_nothing)
    }
}

fn items_of<'a>(
    keywords: &'a Map<String, Value>,
    keyword: &str,
) -> impl Iterator<Item = &'a Value> {
    keywords
        .get(keyword)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
