use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use crate::message::CommandEnd;

/// Most bytes of the output of a command, and of its errors, that are kept.
const OUTPUT: u64 = 1024 * 1024;

/// How long the output is read after the end of the program.
const LAST_OUTPUT: Duration = Duration::from_millis(200);

/// Runs a program without a shell and without input, until it ends. It is killed when the interface ends; programs that it has
/// started are not.
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
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let status = {
        let mut reading = std::pin::pin!(async {
            tokio::join!(read(stdout, &mut output), read(stderr, &mut errors))
        });
        tokio::select! {
            _ = &mut reading => child.wait().await,
            status = child.wait() => {
                // A program that it has started may keep the pipes open.
                let _ = tokio::time::timeout(LAST_OUTPUT, &mut reading).await;
                status
            }
        }
    };
    match status {
        Ok(status) => CommandEnd::Ended {
            is_success: status.success(),
            status: status.to_string(),
            output: String::from_utf8_lossy(&output).into_owned(),
            errors: String::from_utf8_lossy(&errors).into_owned(),
        },
        Err(error) => CommandEnd::NotStarted(error.to_string()),
    }
}

/// Reads the beginning of what a pipe contains. The rest is read too, so that the program is not blocked.
async fn read(pipe: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>) {
    let Some(mut pipe) = pipe else {
        return;
    };
    // What was read before a failure is shown.
    let _ = (&mut pipe).take(OUTPUT).read_to_end(bytes).await;
    let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
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

    #[tokio::test]
    async fn program_that_leaves_another_one_running_has_ended() {
        let started = std::time::Instant::now();
        let end = run(&argv(&["sh", "-c", "sleep 5 & echo done"])).await;
        let CommandEnd::Ended { output, .. } = end else {
            panic!("{end:?}");
        };
        assert_eq!(output, "done\n");
        assert!(started.elapsed() < Duration::from_secs(4));
    }
}
