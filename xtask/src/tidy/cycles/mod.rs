//! Files of a crate do not use each other in a cycle.
//!
//! A file uses another one if it names a definition of it, in an import or in a path, also through re-exports; a parent
//! module is a file like any other. Declaring a module or re-exporting a name is not a use. Re-exporting all names of a
//! module is rejected, because the names of such a re-export cannot be followed. Test modules inside a file are not
//! read; integration tests, examples and benchmarks are crates of their own.

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
        if let Some(folder) = crate_root(&file.path) {
            crates.entry(folder.to_owned()).or_default().push(file);
        }
    }
    let mut findings = Vec::new();
    for (folder, files) in &crates {
        let modules = Modules::parse(folder, files);
        findings.extend(modules.glob_reexports().into_iter().map(|(user, used)| {
            let message = format!("re-export each name of {} by itself", used.display());
            Finding::error(user.display(), message)
        }));
        let mut edges = modules.edges();
        for (user, used) in ALLOWED {
            if let Some(uses) = edges.get_mut(Path::new(user)) {
                uses.remove(Path::new(used));
            }
        }
        findings.extend(cycles(&edges));
    }
    findings
}

/// Returns the folder with the root file of the crate: `src`, or a folder such as `tests/it`. For a crate of one file,
/// such as `examples/a.rs`, it is that file.
fn crate_root(path: &Path) -> Option<&Path> {
    let is_target = |folder: &Path| {
        let targets = ["tests", "examples", "benches"];
        targets.iter().any(|target| folder.ends_with(target))
    };
    let source = path.ancestors().find(|folder| folder.ends_with("src"));
    source.or_else(|| {
        let mut roots = path.ancestors();
        roots.find(|root| root.parent().is_some_and(is_target))
    })
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
    fn qualified_paths_in_expressions_types_and_attributes_are_uses() {
        for user in [
            "fn run() { crate::b::inner::f(); }",
            "fn run() { crate::b::inner\n        ::f(); }",
            "fn run(value: Option<&crate::b::inner::B>) {}",
            "struct A(Box<dyn super::b::inner::B>);",
            "impl crate::b::inner::B for A {}",
            "type A = <crate::b::inner::B as Iterator>::Item;",
            "fn run() { crate::b::inner::B::<u8>::new(); }",
            "const A: u8 = self::super::b::inner::B;",
            "use crate::b;\nfn run() { b::inner::f(); }",
            "use crate::b as other;\nfn run() { other::inner::f(); }",
            "fn run() { if x == crate::b::inner::B {} }",
            "fn run() { macro_call!(\"{}\", crate::b::inner::B); }",
            "#[serde(default = \"crate::b::inner::f\")]\nstruct A;",
            "mod own {\n    fn run() { super::super::b::inner::f(); }\n}",
            "mod own {\n    fn run() { crate::b::inner::f(); }\n}",
        ] {
            let found = found(&[
                ("c/src/lib.rs", "mod a;\nmod b;"),
                ("c/src/a.rs", user),
                ("c/src/b/mod.rs", "pub(crate) mod inner;"),
                ("c/src/b/inner.rs", "pub(crate) fn f() { crate::a::run(); }"),
            ]);
            assert_eq!(found.len(), 1, "{user}: {found:?}");
        }
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
            ("c/tests/it/b.rs", "use crate::a::A;"),
            ("c/examples/b.rs", "use crate::a::A;"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn cycles_of_integration_tests_are_reported() {
        for root in ["c/tests/it", "c/examples/e", "c/benches/b"] {
            let [main, a, b] = ["main", "a", "b"].map(|name| format!("{root}/{name}.rs"));
            let found = found(&[
                (main.as_str(), "mod a;\nmod b;"),
                (a.as_str(), "use crate::b::B;"),
                (b.as_str(), "use crate::a::A;"),
            ]);
            assert_eq!(found.len(), 1, "{root}: {found:?}");
        }
    }

    #[test]
    fn glob_reexports_are_rejected_unless_they_name_another_crate_or_an_enumeration() {
        let found = found(&[
            (
                "c/src/a/mod.rs",
                "mod b;\npub(crate) use self::b::*;\npub use std::fmt::*;\npub use b::Kind::*;",
            ),
            ("c/src/a/b.rs", "pub(crate) enum Kind { One }"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("error: c/src/a/mod.rs: "), "{found:?}");
    }

    #[test]
    fn private_glob_is_a_use() {
        let found = found(&[
            ("c/src/a.rs", "use crate::b::*;"),
            ("c/src/b.rs", "use crate::a::A;"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
