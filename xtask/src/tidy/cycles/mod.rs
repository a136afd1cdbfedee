//! Files of a crate do not use each other in a cycle.
//!
//! A file uses another one if it names a definition of it, in an import or in a path, also through re-exports; a parent
//! module is a file like any other. Declaring a module or re-exporting a name is not a use. Test modules are not read.

mod modules;
mod source;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use self::modules::{Edges, Modules};
use super::{Finding, SourceFile};

/// Uses that may close a cycle: the user and the file that it uses.
const ALLOWED: [(&str, &str); 1] = [
    // Comparing schemas and comparing their alternatives are one recursion.
    (
        "crates/domain/contract-tools/src/compat/alternatives.rs",
        "crates/domain/contract-tools/src/compat/compare.rs",
    ),
];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut crates: BTreeMap<PathBuf, Vec<&SourceFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.has_extension("rs")) {
        if let Some(folder) = source_folder(&file.path) {
            crates.entry(folder.to_owned()).or_default().push(file);
        }
    }
    let mut findings = Vec::new();
    for (folder, files) in &crates {
        let mut edges = Modules::parse(folder, files).edges();
        for (user, used) in ALLOWED {
            if let Some(uses) = edges.get_mut(Path::new(user)) {
                uses.remove(Path::new(used));
            }
        }
        findings.extend(cycles(&edges));
    }
    findings
}

fn source_folder(path: &Path) -> Option<&Path> {
    path.ancestors().find(|folder| folder.ends_with("src"))
}

/// Returns one shortest cycle through each file, without repetitions.
fn cycles(edges: &Edges<'_>) -> Vec<Finding> {
    let mut seen: Vec<Vec<&Path>> = Vec::new();
    let mut findings = Vec::new();
    for file in edges.keys() {
        let Some(cycle) = shortest_cycle(edges, file) else {
            continue;
        };
        let mut members = cycle.clone();
        members.sort();
        if seen.contains(&members) {
            continue;
        }
        seen.push(members);
        let next = cycle.iter().cycle().skip(1);
        let uses = cycle.iter().zip(next).map(|(user, used)| {
            let name = &edges[user][used];
            format!("{} uses `{name}` of {}", user.display(), used.display())
        });
        let uses = uses.collect::<Vec<_>>().join(", ");
        let message = format!("import cycle: {uses}; move one of the names to another file");
        findings.push(Finding::error(file.display(), message));
    }
    findings
}

/// Returns the files on the shortest way from `start` back to it, starting with `start`.
fn shortest_cycle<'a>(edges: &Edges<'a>, start: &'a Path) -> Option<Vec<&'a Path>> {
    let mut users: BTreeMap<&Path, &Path> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(user) = queue.pop_front() {
        for used in edges.get(user).into_iter().flat_map(BTreeMap::keys) {
            if *used == start {
                let mut cycle = vec![user];
                while let Some(user) = cycle.last().and_then(|last| users.get(last)) {
                    cycle.push(user);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if !users.contains_key(used) {
                users.insert(used, user);
                queue.push_back(used);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    fn found(samples: &[(&str, &str)]) -> Vec<String> {
        messages(&check(&files(samples)))
    }

    #[test]
    fn cycle_is_reported_with_its_files_and_names() {
        let found = found(&[
            ("c/src/lib.rs", "mod a;\nmod b;"),
            ("c/src/a.rs", "use crate::b::{Other, B};"),
            ("c/src/b.rs", "fn b() { super::a::run(); }"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        let expected = "c/src/a.rs uses `Other` of c/src/b.rs, c/src/b.rs uses `run` of c/src/a.rs";
        assert!(found[0].contains(expected), "{found:?}");
    }

    #[test]
    fn cycle_through_a_reexport_is_reported_without_the_reexporting_file() {
        let found = found(&[
            (
                "c/src/lib.rs",
                "mod a;\nmod b;\npub use a::A;\npub use b::B;",
            ),
            ("c/src/a.rs", "use crate::B;"),
            ("c/src/b.rs", "use crate::A as Renamed;"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(!found[0].contains("lib.rs"), "{found:?}");
    }

    #[test]
    fn longer_cycle_is_reported_once() {
        let found = found(&[
            ("c/src/a.rs", "use crate::b::B;"),
            ("c/src/b.rs", "use crate::d;\nfn run(d: d::D) {}"),
            (
                "c/src/d/mod.rs",
                "pub(crate) use crate::a::A;\nfn run(a: A) {}",
            ),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn cycle_of_parent_and_child_is_reported() {
        let found = found(&[
            (
                "c/src/a/mod.rs",
                "mod b;\npub(crate) struct A;\nfn run() { b::run(); }",
            ),
            ("c/src/a/b.rs", "use super::A;\npub(super) fn run() {}"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn declarations_reexports_comments_tests_and_inner_modules_are_no_uses() {
        let found = found(&[
            (
                "c/src/a/mod.rs",
                "//! See `b::B`.\nmod b;\npub use b::B;\npub struct A;",
            ),
            ("c/src/a/b.rs", "use super::A;\npub struct B;"),
            (
                "c/src/d.rs",
                "pub struct D;\n#[cfg(all(test, unix))]\nmod tests {\n    use crate::e::E;\n}",
            ),
            ("c/src/e.rs", "use crate::d::D;"),
            ("c/src/f/mod.rs", "mod g;\nfn run() { g::run(); }"),
            (
                "c/src/f/g.rs",
                "struct G;\nmod inner {\n    use super::G;\n}",
            ),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn allowed_cycle_does_not_hide_another() {
        let [(alternatives, compare)] = ALLOWED;
        let allowed = [
            (alternatives, "use super::compare::Comparison;"),
            (compare, "use super::alternatives::compare;"),
        ];
        assert!(found(&allowed).is_empty());
        let others = [
            (
                alternatives,
                "use super::{compare::Comparison, view::View};",
            ),
            (
                "crates/domain/contract-tools/src/compat/view.rs",
                "use super::alternatives::X;",
            ),
        ];
        assert_eq!(found(&others).len(), 1);
    }

    #[test]
    fn crates_are_read_separately() {
        let found = found(&[
            ("c/src/a.rs", "use crate::b::B;"),
            ("d/src/b.rs", "use crate::a::A;"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
