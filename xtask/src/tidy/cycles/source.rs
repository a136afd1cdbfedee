use std::sync::LazyLock;

use regex::{Captures, Regex};

static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)//.*$"));
/// Modules end at the next brace without indentation, as rustfmt writes them.
static TEST_MODULE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?ms)^#\[cfg\((?:all\()?test\b[^\]]*\]\n[a-z() ]*mod \w+ \{.*?^\}"));
static INLINE_MODULE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?ms)^[a-z() ]*mod \w+ \{.*?^\}"));
static PARENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bsuper((?:::super)*)::"));
static USE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^\s*(pub(?:\([^)]*\))? )?use ([^;]+);"));
static PATH: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\w+(?:\s*::\s*\w+)+"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// A path, with the name that the file gives to its end.
pub(super) struct Import {
    /// `*` for all names of a module.
    pub(super) name: String,
    /// For a glob, the path of the module.
    pub(super) path: Vec<String>,
    /// Whether the file re-exports the name without using it, or re-exports a glob.
    pub(super) is_unused_reexport: bool,
}

impl Import {
    pub(super) fn is_glob(&self) -> bool {
        self.name == GLOB
    }
}

/// The name that a glob import has in this module.
const GLOB: &str = "*";

/// What a file names, without its comments and test modules.
pub(super) struct Source {
    pub(super) imports: Vec<Import>,
    /// The qualified paths outside imports.
    pub(super) paths: Vec<Vec<String>>,
}

impl Source {
    pub(super) fn parse(text: &str) -> Self {
        let text = TEST_MODULE.replace_all(text, "");
        let text = COMMENT.replace_all(&text, "");
        // The parent of a module in the file is the file.
        let text = INLINE_MODULE.replace_all(&text, |found: &Captures<'_>| {
            PARENT.replace_all(&found[0], "self$1::").into_owned()
        });
        let mut declared = Vec::new();
        let body = USE.replace_all(&text, |found: &Captures<'_>| {
            declared.push((found.get(1).is_some(), found[2].to_owned()));
            ""
        });
        let mut imports = Vec::new();
        for (is_public, tree) in declared {
            for leaf in leaves(&tree) {
                let (path, alias) = leaf.split_once(" as ").unwrap_or((leaf.as_str(), ""));
                let mut path = segments(path);
                let name = match alias {
                    "" => path.last().cloned().unwrap_or_default(),
                    alias => alias.to_owned(),
                };
                path.pop_if(|last| last == GLOB);
                let is_unused_reexport = is_public && !mentions(&body, &name);
                imports.push(Import {
                    name,
                    path,
                    is_unused_reexport,
                });
            }
        }
        let paths = PATH.find_iter(&body).map(|found| segments(found.as_str()));
        let paths = paths.collect();
        Self { imports, paths }
    }
}

/// Returns the paths of a tree such as `a::{b, c::{self, d}}`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((prefix, group)) = tree.split_once('{') else {
        return vec![tree.trim_end_matches("::self").to_owned()];
    };
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let mut depth = 0;
    let is_separator = |letter: char| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    };
    group
        .split(is_separator)
        .filter(|part| !part.trim().is_empty())
        .flat_map(|part| leaves(&format!("{prefix}{}", part.trim())))
        .collect()
}

fn segments(path: &str) -> Vec<String> {
    path.split("::")
        .map(|segment| segment.trim().to_owned())
        .collect()
}

fn mentions(body: &str, name: &str) -> bool {
    body.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .any(|part| part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_expanded() {
        assert_eq!(
            leaves("crate::{a, b::{self, C as D},\n}"),
            ["crate::a", "crate::b", "crate::b::C as D"]
        );
    }

    #[test]
    fn glob_has_the_path_of_its_module() {
        let source = Source::parse("pub use self::{a::*, b::B};");
        let [glob, name] = source.imports.as_slice() else {
            panic!("two imports");
        };
        assert!(glob.is_glob() && glob.is_unused_reexport);
        assert_eq!(glob.path, ["self", "a"]);
        assert!(!name.is_glob());
    }
}
