use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use odd_desktop::{Clipboard, Environment, Opened, WebUrl, open_url};
use tokio::sync::mpsc;

use crate::message::{Message, Notice};

/// The desktop of the user. It may answer slowly, so that each call runs on a thread of its own.
#[derive(Debug, Clone)]
pub(crate) struct Desktop {
    environment: Arc<Environment>,
    /// Kept for as long as the interface runs, because the text may be gone with it.
    clipboard: Arc<Mutex<Clipboard>>,
    /// What is copied next, and the text.
    waiting: Arc<Mutex<Option<(&'static str, String)>>>,
    messages: mpsc::Sender<Message>,
}

impl Desktop {
    /// Of a restricted interface, text goes to the terminal only.
    pub(crate) fn new(is_restricted: bool, messages: mpsc::Sender<Message>) -> Self {
        let environment = Environment::current();
        let environment = match is_restricted {
            true => environment.terminal_only(),
            false => environment,
        };
        let clipboard = Clipboard::new(&environment);
        Self {
            environment: Arc::new(environment),
            clipboard: Arc::new(Mutex::new(clipboard)),
            waiting: Arc::default(),
            messages,
        }
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Copies text; the outcome follows as [`Message::Copied`]. Of texts that wait for the clipboard, the last one is copied.
    pub(crate) fn copy(&self, what: &'static str, text: String) {
        let earlier = lock(&self.waiting).replace((what, text));
        if earlier.is_some() {
            // A thread waits for the clipboard, and will take this text.
            return;
        }
        let desktop = self.clone();
        thread::spawn(move || {
            let mut clipboard = lock(&desktop.clipboard);
            let Some((what, text)) = lock(&desktop.waiting).take() else {
                return;
            };
            let outcome = clipboard.copy(&text);
            let _ = desktop
                .messages
                .blocking_send(Message::Copied { what, outcome });
        });
    }

    /// Opens a URL; the outcome follows as a notice, or as [`Message::NotOpened`].
    pub(crate) fn browse(&self, url: String) {
        let desktop = self.clone();
        thread::spawn(move || {
            let message = opened(&url, &desktop.environment);
            let _ = desktop.messages.blocking_send(message);
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn opened(url: &str, environment: &Environment) -> Message {
    let parsed = match WebUrl::parse(url) {
        Ok(parsed) => parsed,
        Err(error) => {
            return Message::NotOpened {
                url: url.to_owned(),
                why: error.to_string(),
            };
        }
    };
    match open_url(&parsed, environment, false) {
        Opened::Launched => {
            Message::Notice(Notice::done(format!("opened {parsed} in the browser")))
        }
        Opened::Print(reason) => Message::NotOpened {
            url: parsed.to_string(),
            why: reason.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use odd_desktop::Platform;

    use super::*;

    #[test]
    fn url_is_shown_where_no_browser_can_open() {
        let headless = Environment::bare(Platform::Linux);
        for (url, reason) in [
            ("http://x/", "there is no display"),
            ("javascript:alert(1)", "not a URL"),
        ] {
            match opened(url, &headless) {
                Message::NotOpened { url: shown, why } => {
                    assert_eq!(shown, url);
                    assert!(why.starts_with(reason), "{why}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
