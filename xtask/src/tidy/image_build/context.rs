use std::path::Path;

use regex::Regex;

/// The rules of a `.dockerignore` in their order. The last rule that matches a path decides.
pub(super) struct Context(Vec<Rule>);

struct Rule {
    pattern: Regex,
    includes: bool,
}

impl Context {
    pub(super) fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let rules = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(rules.map(Rule::parse).collect())
    }

    /// Returns `true` if the file is sent to the build.
    pub(super) fn contains(&self, file: &Path) -> bool {
        let matching = self.0.iter().rfind(|rule| rule.matches(file));
        matching.is_none_or(|rule| rule.includes)
    }
}

impl Rule {
    fn parse(line: &str) -> Self {
        let (includes, pattern) = match line.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, line),
        };
        let pattern = regex::escape(pattern.trim_matches('/'))
            .replace(r"\*\*/", "(?:.*/)?")
            .replace(r"\*\*", ".*")
            .replace(r"\*", "[^/]*")
            .replace(r"\?", "[^/]");
        Self {
            pattern: Regex::new(&format!("^{pattern}$")).expect("an escaped pattern is valid"),
            includes,
        }
    }

    /// A rule for a folder applies to every file in it.
    fn matches(&self, file: &Path) -> bool {
        let mut paths = file.ancestors().filter_map(Path::to_str);
        paths.any(|path| !path.is_empty() && self.pattern.is_match(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_matching_rule_decides() {
        let context = Context::parse("# All.\n*\n!web\n!docs/reference\nweb/dist\n**/*.pyc\n");
        for (file, is_sent) in [
            ("web/src/app.ts", true),
            ("web/dist/index.html", false),
            ("docs/reference/cli.md", true),
            ("docs/README.md", false),
            ("web/a/b.pyc", false),
            ("Cargo.toml", false),
        ] {
            assert_eq!(context.contains(Path::new(file)), is_sent, "{file}");
        }
    }
}
