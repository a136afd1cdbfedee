use std::time::Duration;

use odd_client::inert;
use odd_contracts::{UiCategory, UiEntry, UiRegistry, UiRegistryAnswer, UiRegistrySource};

use super::Cursor;
use crate::data::Resource;
use crate::message::LoadResult;

/// The user interfaces of the system, and whether they answer.
#[derive(Debug, Default)]
pub(crate) struct Links {
    pub(crate) answer: Resource<()>,
    /// By category.
    pub(crate) entries: Vec<Link>,
    /// Why this is not the registry of the server.
    pub(crate) note: Option<String>,
    pub(crate) cursor: Cursor,
}

/// A user interface.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) category: UiCategory,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) url: String,
    /// Whether it answers; `None` while it is asked.
    pub(crate) answers: Option<bool>,
}

const CATEGORIES: [UiCategory; 4] = [
    UiCategory::Observatory,
    UiCategory::Api,
    UiCategory::Monitoring,
    UiCategory::Storage,
];

impl Links {
    /// Takes the registry of the server, or that of this build where the server has none that can be used.
    pub(crate) fn take(&mut self, result: LoadResult<UiRegistryAnswer>, now: Duration) {
        let (registry, note) = match result {
            Err(why) => built_in(&format!("the server did not send its list ({})", why.what)),
            Ok(answer) => usable(answer),
        };
        self.note = note;
        let all = CATEGORIES.iter().flat_map(|category| {
            let entries = registry.uis.iter();
            entries.filter(move |entry| entry.category == *category)
        });
        self.entries = all.map(Link::of).collect();
        self.answer.finish(Ok(()), now);
    }

    /// Notes whether an interface answers.
    pub(crate) fn check(&mut self, url: &str, answers: bool) {
        for link in &mut self.entries {
            if link.url == url {
                link.answers = Some(answers);
            }
        }
    }

    /// Asks all of them again.
    pub(crate) fn reload(&mut self) {
        self.answer.reload();
        for link in &mut self.entries {
            link.answers = None;
        }
    }

    pub(crate) fn selected(&self) -> Option<&Link> {
        self.entries.get(self.cursor.selected())
    }

    pub(crate) fn is_checking(&self) -> bool {
        self.entries.iter().any(|link| link.answers.is_none())
    }
}

impl Link {
    fn of(entry: &UiEntry) -> Self {
        Self {
            category: entry.category,
            name: inert(&entry.name).into_owned(),
            description: inert(&entry.description).into_owned(),
            url: entry.url.clone(),
            answers: None,
        }
    }
}

fn usable(answer: UiRegistryAnswer) -> (UiRegistry, Option<String>) {
    if let Err(error) = answer.registry.check() {
        return built_in(&format!("the list of the server is malformed ({error})"));
    }
    let detail = match answer.source {
        UiRegistrySource::Fallback => answer.detail.as_deref(),
        UiRegistrySource::BuiltIn | UiRegistrySource::File => None,
    };
    let note = detail.map(|detail| {
        format!(
            "built-in list, because the server cannot use its file: {}",
            inert(detail)
        )
    });
    (answer.registry, note)
}

fn built_in(why: &str) -> (UiRegistry, Option<String>) {
    let note = format!("built-in list, because {}", inert(why));
    (UiRegistry::built_in(), Some(note))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::LoadFailure;

    fn answer(url: &str, source: UiRegistrySource) -> UiRegistryAnswer {
        let mut registry = UiRegistry::built_in();
        registry.uis.truncate(1);
        registry.uis[0].url = url.to_owned();
        UiRegistryAnswer {
            source,
            detail: Some("no such file".to_owned()),
            registry,
        }
    }

    fn taken(result: LoadResult<UiRegistryAnswer>) -> Links {
        let mut links = Links::default();
        links.take(result, Duration::ZERO);
        links
    }

    #[test]
    fn registry_of_the_server_is_used() {
        let links = taken(Ok(answer("http://x/", UiRegistrySource::File)));
        assert_eq!((links.entries.len(), links.note), (1, None));
    }

    #[test]
    fn built_in_registry_replaces_a_missing_or_malformed_one() {
        let failure = LoadFailure {
            what: "no answer".into(),
            cause: String::new(),
            hint: "",
            is_unreachable: true,
        };
        for result in [
            Err(failure),
            Ok(answer("javascript:alert(1)", UiRegistrySource::File)),
        ] {
            let links = taken(result);
            assert_eq!(links.entries.len(), UiRegistry::built_in().uis.len());
            let note = links.note.expect("a note");
            assert!(note.starts_with("built-in list, because"), "{note}");
        }
    }

    #[test]
    fn fallback_of_the_server_is_reported() {
        let note = taken(Ok(answer("http://x/", UiRegistrySource::Fallback))).note;
        assert!(note.expect("a note").ends_with("no such file"));
    }

    #[test]
    fn entries_are_grouped_by_category() {
        let links = taken(Ok(UiRegistryAnswer {
            source: UiRegistrySource::BuiltIn,
            detail: None,
            registry: UiRegistry::built_in(),
        }));
        let mut categories: Vec<_> = links.entries.iter().map(|link| link.category).collect();
        categories.dedup();
        assert_eq!(categories, CATEGORIES);
        assert!(links.is_checking());
    }
}
