use std::collections::BTreeMap;
use std::path::Path;

use super::source::{Import, Source};
use crate::tidy::SourceFile;

/// Limit for following re-exports, because imports can name each other. No name has as many.
const MAX_REEXPORTS: usize = 8;

type ModulePath = Vec<String>;

/// The modules of one crate.
pub(super) struct Modules<'a>(BTreeMap<ModulePath, (&'a Path, Source)>);

/// The names by which files use others: `edges[user][used]`.
pub(super) type Edges<'a> = BTreeMap<&'a Path, BTreeMap<&'a Path, String>>;

impl<'a> Modules<'a> {
    /// Parses the files under the root folder of a crate.
    pub(super) fn parse(folder: &Path, files: &[&'a SourceFile]) -> Self {
        let module = |file: &&'a SourceFile| {
            let path = file.path.strip_prefix(folder).ok()?.with_extension("");
            let mut module: ModulePath = path
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            let is_folder = |name: &String| matches!(name.as_str(), "lib" | "main" | "mod");
            module.pop_if(|name| is_folder(name));
            Some((module, (file.path.as_path(), Source::parse(&file.text))))
        };
        Self(files.iter().filter_map(module).collect())
    }

    /// Returns each use of a definition in another file. A private glob is a use of its module.
    pub(super) fn edges(&self) -> Edges<'a> {
        let mut edges = Edges::new();
        for (module, (user, source)) in &self.0 {
            let imports = source.imports.iter();
            let imports = imports.filter(|import| !import.is_unused_reexport);
            let imports = imports.filter_map(|import| {
                let globbed = self.globbed(module, import);
                globbed.or_else(|| self.definition(module, &import.path))
            });
            let paths = source.paths.iter();
            let paths = paths.filter_map(|path| self.definition(module, path));
            for (used, name) in imports.chain(paths) {
                if used != *user {
                    edges.entry(*user).or_default().entry(used).or_insert(name);
                }
            }
        }
        edges
    }

    /// Returns each file that re-exports all names of another file, with that file.
    pub(super) fn glob_reexports(&self) -> Vec<(&'a Path, &'a Path)> {
        let mut found = Vec::new();
        for (module, (user, source)) in &self.0 {
            let imports = source.imports.iter();
            let imports = imports.filter(|import| import.is_unused_reexport);
            let globs = imports.filter_map(|import| self.globbed(module, import));
            found.extend(globs.map(|(used, _)| (*user, used)));
        }
        found
    }

    /// Returns the file whose names a glob imports. `None` for other imports, for an enumeration and for another crate.
    fn globbed(&self, module: &[String], import: &Import) -> Option<(&'a Path, String)> {
        let (module, definition) = self.resolve(module, &import.path, MAX_REEXPORTS)?;
        let is_of_module = import.is_glob() && definition.is_none();
        is_of_module.then_some((self.0.get(&module)?.0, import.name.clone()))
    }

    /// Returns the file that defines what a path in `module` names, and its name. `None` for a module and for another
    /// crate.
    fn definition(&self, module: &[String], path: &[String]) -> Option<(&'a Path, String)> {
        let (module, name) = self.resolve(module, path, MAX_REEXPORTS)?;
        Some((self.0.get(&module)?.0, name?))
    }

    /// Returns the module that a path names, or the module and the name of a definition.
    fn resolve(
        &self,
        from: &[String],
        path: &[String],
        reexports: usize,
    ) -> Option<(ModulePath, Option<String>)> {
        let (first, mut rest) = path.split_first()?;
        let mut module = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => from.split_last()?.1.to_vec(),
            _ if self.is_known(from, first) => {
                rest = path;
                from.to_vec()
            }
            _ => return None,
        };
        while let Some((name, after)) = rest.split_first() {
            rest = after;
            if name == "super" {
                module.pop();
                continue;
            }
            let inner = child(&module, name);
            if self.0.contains_key(&inner) {
                module = inner;
                continue;
            }
            let Some(import) = self.import(&module, name) else {
                return Some((module, Some(name.clone())));
            };
            let (target, definition) = self.resolve(&module, import, reexports.checked_sub(1)?)?;
            if definition.is_some() {
                return Some((target, definition));
            }
            module = target;
        }
        Some((module, None))
    }

    fn is_known(&self, module: &[String], name: &str) -> bool {
        self.0.contains_key(&child(module, name)) || self.import(module, name).is_some()
    }

    /// Returns the path of an imported name, unless the import names itself, as one of another crate does.
    fn import(&self, module: &[String], name: &str) -> Option<&[String]> {
        let imports = &self.0.get(module)?.1.imports;
        let import = imports.iter().find(|import| import.name == *name)?;
        (import.path != [name]).then_some(&import.path)
    }
}

fn child(module: &[String], name: &str) -> ModulePath {
    let mut path = module.to_vec();
    path.push(name.to_owned());
    path
}
