use insta::assert_snapshot;
use serde_json::json;

use super::Story;
use crate::message::{Loaded, Message};
use crate::options::Options;

fn new_user() -> Story {
    let mut story = Story::begin(&Options {
        tour: true,
        ..Options::default()
    });
    let summary = json!({"count": 0, "p50Ms": null, "p95Ms": null, "p99Ms": null});
    let overview = json!({
        "stats": {
            "totalJobs": 0, "pendingJobs": 0, "executingJobs": 0, "completedJobs": 0,
            "failedJobs": 0, "cancelledJobs": 0, "lastEventTime": null,
            "asOf": "2026-01-01T00:00:00Z"
        },
        "statuses": {}, "submittedPerSecond": 0.0, "finishedPerSecond": 0.0,
        "wait": summary, "run": summary, "queues": [], "recentJobs": [], "alerts": []
    });
    let overview = Box::new(serde_json::from_value(overview).expect("an overview"));
    story.send(Message::Loaded(Box::new(Loaded::Overview(Ok(overview)))));
    story
}

#[test]
fn new_user_is_offered_the_tour() {
    assert_snapshot!(new_user().screens());
}

#[test]
fn steps_of_the_tour() {
    use crate::state::TourStep::{Explain, Filter, Open, Submit, Watch};
    let mut story = new_user();
    let mut cards = Vec::new();
    for step in [
        Submit,
        Watch,
        Open,
        Explain,
        Filter,
        crate::state::TourStep::Done,
    ] {
        if let Some(tour) = &mut story.state.tour {
            (tour.step, tour.is_done) = (step, false);
        }
        let screen = story.screen((60, 16));
        let card: Vec<&str> = screen.lines().skip(7).take(7).collect();
        cards.push(card.join("\n"));
    }
    assert_snapshot!(cards.join("\n"));
}
