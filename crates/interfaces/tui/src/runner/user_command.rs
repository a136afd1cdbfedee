use std::process::Stdio;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use crate::message::CommandEnd;

/// Most bytes of the output of a command, and of its errors, that are kept.
const OUTPUT: u64 = 1024 * 1024;

/// Runs a program without a shell and without input, until it ends. It is killed when the interface ends.
pub(super) async fn run(argv: &[String]) -> CommandEnd {
    let Some((program, arguments)) = argv.split_first() else {
        return CommandEnd::NotStarted("there is no program".to_owned());
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return CommandEnd::NotStarted(error.to_string()),
    };
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (output, errors, status) = tokio::join!(read(stdout), read(stderr), child.wait());
    match status {
        Ok(status) => CommandEnd::Ended {
            is_success: status.success(),
            status: status.to_string(),
            output,
            errors,
        },
        Err(error) => CommandEnd::NotStarted(error.to_string()),
    }
}

/// Returns the beginning of what a pipe contains. The rest is read too, so that the program is not blocked.
async fn read(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else {
        return String::new();
    };
    let mut bytes = Vec::new();
    // What was read before a failure is shown.
    let _ = (&mut pipe).take(OUTPUT).read_to_end(&mut bytes).await;
    let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[tokio::test]
    async fn arguments_reach_the_program_unchanged() {
        let end = run(&argv(&["printf", "%s|", "a b", "$HOME", "`id`"])).await;
        let CommandEnd::Ended {
            is_success, output, ..
        } = end
        else {
            panic!("{end:?}");
        };
        assert!(is_success);
        assert_eq!(output, "a b|$HOME|`id`|");
    }

    #[tokio::test]
    async fn failure_and_missing_program_are_reported() {
        let end = run(&argv(&["ls", "/no/such/file"])).await;
        assert!(
            matches!(
                end,
                CommandEnd::Ended {
                    is_success: false,
                    ..
                }
            ),
            "{end:?}"
        );
        let end = run(&argv(&["/no/such/program"])).await;
        assert!(matches!(end, CommandEnd::NotStarted(_)), "{end:?}");
    }

    #[tokio::test]
    async fn long_output_is_cut_and_does_not_block() {
        let end = run(&argv(&["head", "-c", "3000000", "/dev/zero"])).await;
        let CommandEnd::Ended { output, .. } = end else {
            panic!("{end:?}");
        };
        assert_eq!(output.len(), 1024 * 1024);
    }
}
