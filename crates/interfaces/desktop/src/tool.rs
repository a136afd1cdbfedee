use std::ffi::OsString;
use std::io;

use crate::{Environment, Platform};

/// A program that the user has chosen, with its arguments: the editor or the pager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<String>,
}

/// Why text was not edited or shown.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// No program is configured, and none of the usual ones is installed.
    #[error("no {kind} was found: {variables} is not set, and none of {usual} is installed")]
    NotFound {
        /// `editor` or `pager`.
        kind: &'static str,
        /// The variables that configure it.
        variables: &'static str,
        /// The programs that were tried.
        usual: &'static str,
    },
    /// The variable is not a command line.
    #[error("{variable} is not a valid command line")]
    Invalid {
        /// The variable.
        variable: &'static str,
        /// The mistake.
        source: shell_words::ParseError,
    },
    /// The program could not be started.
    #[error("cannot start {program}")]
    Start {
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The program reported a failure, so its result was discarded.
    #[error("{program} ended with {status}; nothing was changed")]
    Failed {
        /// The program.
        program: String,
        /// Its exit status.
        status: std::process::ExitStatus,
    },
    /// The temporary file could not be written or read.
    #[error("cannot use the temporary file of the text")]
    File(#[source] io::Error),
    /// The edited file is not text.
    #[error("the edited file is not UTF-8 text of at most 64 MiB")]
    NotText,
}

/// The programs of one kind.
struct Kind {
    name: &'static str,
    variables: &'static str,
    /// The programs that are tried when no variable is set.
    programs: &'static [&'static str],
    usual: &'static str,
}

const EDITOR: Kind = Kind {
    name: "editor",
    variables: "$VISUAL or $EDITOR",
    programs: &["sensible-editor", "nano", "vi"],
    usual: "sensible-editor, nano, vi",
};
const PAGER: Kind = Kind {
    name: "pager",
    variables: "$PAGER",
    programs: &["less", "more"],
    usual: "less, more",
};

impl Tool {
    /// Returns the editor of the user: `$VISUAL`, `$EDITOR`, or the first of the usual ones that is installed.
    ///
    /// # Errors
    /// When there is none, or the variable is not a command line.
    pub fn editor(environment: &Environment) -> Result<Self, ToolError> {
        let configured = [
            ("$VISUAL", &environment.visual),
            ("$EDITOR", &environment.editor),
        ];
        Self::find(environment, &configured, &EDITOR)
    }

    /// Returns `true` if the user has chosen an editor: `$VISUAL` or `$EDITOR` is set.
    pub fn is_editor_chosen(environment: &Environment) -> bool {
        let mut chosen = [&environment.visual, &environment.editor]
            .into_iter()
            .flatten();
        chosen.any(|text| !text.trim().is_empty())
    }

    /// Returns the pager of the user: `$PAGER`, or the first of the usual ones that is installed.
    ///
    /// # Errors
    /// When there is none, or the variable is not a command line.
    pub fn pager(environment: &Environment) -> Result<Self, ToolError> {
        Self::find(environment, &[("$PAGER", &environment.pager)], &PAGER)
    }

    fn find(
        environment: &Environment,
        configured: &[(&'static str, &Option<String>)],
        kind: &Kind,
    ) -> Result<Self, ToolError> {
        for (variable, text) in configured {
            let text = text.as_deref().unwrap_or_default();
            if let Some(tool) = Self::parse(variable, text)? {
                return Ok(tool);
            }
        }
        let mut usual = kind.programs.iter();
        let found = usual.find_map(|name| environment.find_program(name));
        match (found, environment.platform) {
            (Some(path), _) => Ok(Self::plain(path.into())),
            (None, Platform::Windows) if kind.name == EDITOR.name => {
                Ok(Self::plain("notepad.exe".into()))
            }
            (None, Platform::Windows) => Ok(Self::plain("more.com".into())),
            (None, _) => Err(ToolError::NotFound {
                kind: kind.name,
                variables: kind.variables,
                usual: kind.usual,
            }),
        }
    }

    const fn plain(program: OsString) -> Self {
        Self {
            program,
            arguments: Vec::new(),
        }
    }

    /// Splits a command line as a shell would, and expands nothing. `None` for an empty one.
    fn parse(variable: &'static str, text: &str) -> Result<Option<Self>, ToolError> {
        let words =
            shell_words::split(text).map_err(|source| ToolError::Invalid { variable, source })?;
        let mut words = words.into_iter();
        Ok(words.next().map(|program| Self {
            program: program.into(),
            arguments: words.collect(),
        }))
    }

    pub(crate) fn name(&self) -> String {
        self.program.to_string_lossy().into_owned()
    }
}

impl ToolError {
    /// Returns what the user can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => {
                "set the variable to a program, such as EDITOR=vim or PAGER=less"
            }
            Self::Invalid { .. } => {
                "quote paths that contain spaces, such as EDITOR=\"'/opt/my editor/bin/edit' --wait\""
            }
            Self::Start { .. } => {
                "check that the program is installed, and that its path is spelled correctly"
            }
            Self::Failed { .. } => {
                "an editor that returns at once needs an option to wait, such as EDITOR=\"code --wait\""
            }
            Self::File(_) => {
                "check that the temporary directory exists and has free space; TMPDIR selects another"
            }
            Self::NotText => "save the file as UTF-8 text",
        }
    }
}

#[cfg(test)]
mod tests;
