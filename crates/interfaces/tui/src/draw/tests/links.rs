use insta::assert_snapshot;
use odd_contracts::{UiRegistry, UiRegistryAnswer, UiRegistrySource};

use super::Story;
use crate::data::LoadFailure;
use crate::message::{Loaded, Message};
use crate::options::Options;

fn links(source: UiRegistrySource, detail: Option<&str>) -> Story {
    let mut story = Story::begin(&Options::default());
    story.press('u');
    let answer = UiRegistryAnswer {
        source,
        detail: detail.map(str::to_owned),
        registry: UiRegistry::built_in(),
    };
    story.send(Message::Loaded(Box::new(Loaded::Links(Ok(answer)))));
    story
}

#[test]
fn links_show_which_interfaces_answer() {
    let mut story = links(UiRegistrySource::BuiltIn, None);
    let urls: Vec<String> = UiRegistry::built_in()
        .uis
        .into_iter()
        .map(|entry| entry.url)
        .collect();
    for (index, url) in urls.into_iter().enumerate() {
        if index < 6 {
            let answers = index % 2 == 0;
            story.send(Message::LinkChecked { url, answers });
        }
    }
    assert_snapshot!(story.screens());
}

#[test]
fn links_say_that_the_file_of_the_server_is_not_used() {
    let mut story = links(UiRegistrySource::Fallback, Some("not JSON: line 3"));
    assert_snapshot!(story.screen((80, 24)));
}

#[test]
fn links_of_this_build_are_shown_without_a_server() {
    let mut story = Story::unreachable(&Options::default());
    story.press('u');
    let failure = LoadFailure {
        what: "cannot reach the read-model".into(),
        cause: String::new(),
        hint: "",
        is_unreachable: true,
    };
    story.send(Message::Loaded(Box::new(Loaded::Links(Err(failure)))));
    assert_snapshot!(story.screen((80, 24)));
}

#[test]
fn url_that_cannot_be_opened_is_shown() {
    let mut story = links(UiRegistrySource::BuiltIn, None);
    story.send(Message::NotOpened {
        url: "http://127.0.0.1:3002/".into(),
        why: "this is an SSH session: open the URL on your own machine".into(),
    });
    assert_snapshot!(story.screens());
}
