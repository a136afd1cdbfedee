/// The Dockerfile of the image of every role.
pub(super) const DOCKERFILE: &str = "infra/docker/Dockerfile";

/// A build stage of a Dockerfile.
#[derive(Default)]
pub(super) struct Stage {
    pub(super) copies: Vec<Copy>,
    pub(super) compiles: bool,
}

/// A `COPY` instruction.
pub(super) struct Copy {
    /// The number of its first line.
    pub(super) line: usize,
    /// `true` if the sources are in another stage or image instead of the context.
    pub(super) is_from_stage: bool,
    pub(super) sources: Vec<String>,
    pub(super) target: String,
}

/// Reads the stages of a Dockerfile.
pub(super) fn stages(text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for (line, instruction) in instructions(text) {
        let Some((keyword, rest)) = instruction.split_once(char::is_whitespace) else {
            continue;
        };
        match (keyword, stages.last_mut()) {
            ("FROM", _) => stages.push(Stage::default()),
            ("COPY" | "ADD", Some(stage)) => stage.copies.extend(copy(line, rest)),
            ("RUN", Some(stage)) => stage.compiles |= rest.contains("cargo build"),
            _ => {}
        }
    }
    stages
}

/// Returns the instructions with the numbers of their first lines. Continued lines are joined, comments omitted.
fn instructions(text: &str) -> Vec<(usize, String)> {
    let mut instructions: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let part = line.trim().trim_end_matches('\\');
        match instructions.last_mut() {
            Some((_, instruction)) if continues => instruction.push_str(part),
            _ => instructions.push((number, part.to_owned())),
        }
        continues = line.trim_end().ends_with('\\');
    }
    instructions
}

fn copy(line: usize, arguments: &str) -> Option<Copy> {
    let is_flag = |word: &&str| word.starts_with("--");
    let words = arguments.split_whitespace();
    let (flags, mut paths): (Vec<&str>, Vec<&str>) = words.partition(is_flag);
    let target = paths.pop()?;
    let clean = |path: &str| {
        path.trim_start_matches("./")
            .trim_end_matches('/')
            .to_owned()
    };
    Some(Copy {
        line,
        is_from_stage: flags.iter().any(|flag| flag.starts_with("--from=")),
        sources: paths.into_iter().map(clean).collect(),
        target: clean(target),
    })
}
