use crossterm::event::{KeyCode, KeyEvent};

use super::schedule;
use crate::attach::AttachTo;
use crate::connection::Endpoint;
use crate::effect::Effect;
use crate::message::Notice;
use crate::state::{AttachPrompt, LaunchPhase, Overlay, State};

/// Opens the input that asks for another observatory.
pub(super) fn open(state: &mut State) {
    match state.can_attach {
        true => state
            .overlays
            .push(Overlay::Attach(Box::new(AttachPrompt::of("")))),
        false => state.notify(Notice::hint("this program cannot change the connection")),
    }
}

/// Handles a key while the input is open.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => {
            state.overlays.pop();
        }
        KeyCode::Enter => return submit(state),
        KeyCode::Up => choose(state, -1),
        KeyCode::Down | KeyCode::Tab => choose(state, 1),
        _ => {
            if let Some(Overlay::Attach(prompt)) = state.overlays.last_mut() {
                prompt.input.input(*key);
                prompt.error = None;
            }
        }
    }
    Vec::new()
}

/// Inserts text that was pasted.
pub(super) fn paste(state: &mut State, text: &str) {
    if let Some(Overlay::Attach(prompt)) = state.overlays.last_mut() {
        prompt.input.insert_str(text.replace(['\r', '\n'], " "));
        prompt.error = None;
    }
}

/// Enters the next or previous profile.
fn choose(state: &mut State, step: isize) {
    let names: Vec<&str> = state
        .profiles
        .iter()
        .map(|profile| profile.name.as_str())
        .collect();
    let Some(Overlay::Attach(prompt)) = state.overlays.last_mut() else {
        return;
    };
    if names.is_empty() {
        return;
    }
    let current = names.iter().position(|name| *name == prompt.text());
    let next = match current {
        Some(index) => (index + names.len()).wrapping_add_signed(step) % names.len(),
        None if step < 0 => names.len() - 1,
        None => 0,
    };
    **prompt = AttachPrompt::of(names[next]);
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Attach(prompt)) = state.overlays.last_mut() else {
        return Vec::new();
    };
    match prompt.target(&state.profiles) {
        Ok(target) => vec![Effect::Attach(target)],
        Err(error) => {
            prompt.error = Some(error);
            Vec::new()
        }
    }
}

/// Shows the other observatory, or why it cannot be connected.
pub(super) fn finish(state: &mut State, to: &AttachTo, result: Result<Endpoint, String>) {
    match result {
        Ok(endpoint) => {
            state
                .overlays
                .retain(|overlay| !matches!(overlay, Overlay::Attach(_)));
            match state.launch.is_alive() {
                _ if to.is_of_launch() => {}
                true => state.launch.is_elsewhere = true,
                false => state.launch.phase = LaunchPhase::Idle,
            }
            state.pending_changes = 0;
            let name = endpoint.profile.as_ref();
            let text = match name {
                Some(name) => format!("connecting to {name}, {}", endpoint.read_model_url),
                None => format!("connecting to {}", endpoint.read_model_url),
            };
            if *to != AttachTo::Initial {
                state.notify(Notice::hint(odd_client::inert(&text)));
            }
            state.connect_to(endpoint);
            schedule::reload_all(state);
        }
        Err(error) => match state.overlays.last_mut() {
            Some(Overlay::Attach(prompt)) => prompt.error = Some(error),
            _ => state.notify(Notice::failed(error)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attach::{Connector, Profile};
    use crate::message::Message;
    use crate::options::Options;
    use crate::state::JobForm;
    use crate::update::tests::{pressed, state_with, typed, updated};

    fn prompt() -> State {
        let profile = |name: &str| Profile {
            name: name.into(),
            gateway_url: format!("https://{name}/g"),
            read_model_url: format!("https://{name}/r"),
        };
        let mut state = state_with(&Options {
            connector: Some(Connector::new(|_| Err("unused".into()))),
            profiles: vec![profile("prod"), profile("staging")],
            ..Options::default()
        });
        open(&mut state);
        state
    }

    fn shown_error(state: &State) -> Option<&str> {
        match state.overlays.last() {
            Some(Overlay::Attach(prompt)) => prompt.error.as_deref(),
            _ => None,
        }
    }

    #[test]
    fn profiles_are_chosen_with_the_arrows() {
        let mut state = prompt();
        pressed(&mut state, "down");
        pressed(&mut state, "down");
        pressed(&mut state, "down");
        let effects = pressed(&mut state, "enter");
        let prod = AttachTo::Profile("prod".into());
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::Attach(to) if *to == prod))
        );
    }

    #[test]
    fn text_that_names_nothing_is_refused_with_the_reason() {
        let mut state = prompt();
        typed(&mut state, "prdo");
        pressed(&mut state, "enter");
        assert!(shown_error(&state).is_some_and(|error| error.starts_with("prdo is neither")));
        typed(&mut state, "x");
        assert_eq!(shown_error(&state), None);
    }

    #[test]
    fn other_observatory_is_shown_without_the_data_of_the_one_before() {
        let mut state = prompt();
        let form = JobForm::new(&state.theme);
        state.overlays.insert(0, Overlay::Form(Box::new(form)));
        state.overview.figures.finish(
            Err(crate::data::LoadFailure {
                what: "x".into(),
                cause: String::new(),
                hint: "",
                is_unreachable: true,
            }),
            state.now.elapsed,
        );
        let endpoint = Endpoint {
            read_model_url: "https://r".into(),
            ..Endpoint::default()
        };
        let effects = updated(
            &mut state,
            Message::Attached(Box::new(AttachTo::Profile("prod".into())), Ok(endpoint)),
        );
        assert!(state.overlays.is_empty() && !state.shows_start());
        assert_eq!(state.endpoint.read_model_url, "https://r");
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::Load(_)))
        );
        let mut state = prompt();
        updated(
            &mut state,
            Message::Attached(
                Box::new(AttachTo::Profile("prod".into())),
                Err("no such token file".into()),
            ),
        );
        assert_eq!(shown_error(&state), Some("no such token file"));
    }
}
