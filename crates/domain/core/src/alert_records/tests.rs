use std::collections::BTreeMap;

use odd_contracts::AlertSeverity;

use super::*;

const fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

fn alert(id: &str, state: AlertState) -> Alert {
    Alert {
        id: id.to_owned(),
        name: "ServiceDown".to_owned(),
        severity: AlertSeverity::Critical,
        state,
        summary: "It is down.".to_owned(),
        description: None,
        runbook_url: None,
        dashboard_url: None,
        jobs_url: None,
        action: None,
        starts_at: at(0),
        active_at: None,
        ends_at: None,
        silenced_until: None,
        inhibited_by: Vec::new(),
        acknowledgement: None,
        labels: BTreeMap::new(),
    }
}

fn firing(id: &str) -> Vec<Alert> {
    vec![alert(id, AlertState::Firing)]
}

fn notified(records: &AlertRecords) -> Vec<&str> {
    let notifications = records.notifications.iter();
    notifications
        .map(|notification| notification.id.as_str())
        .collect()
}

#[test]
fn firing_alert_is_notified_once_and_once_more_when_it_is_resolved() {
    let mut records = AlertRecords::default();
    records.record(vec![alert("a", AlertState::Pending)], at(0), true);
    assert!(records.record(firing("a"), at(5), true).changed);
    assert!(!records.record(firing("a"), at(10), true).changed);
    assert!(records.record(vec![], at(15), true).changed);
    assert_eq!(notified(&records), ["a-0-firing", "a-0-resolved"]);
    records.remove_notification("a-0-firing");
    assert_eq!(notified(&records), ["a-0-resolved"]);
    let ended = records.ended(10, at(20));
    assert_eq!(
        (ended[0].state, ended[0].ends_at),
        (AlertState::Resolved, Some(at(15)))
    );
}

#[test]
fn pending_alert_that_ends_leaves_no_trace() {
    let mut records = AlertRecords::default();
    let pending = || vec![alert("a", AlertState::Pending)];
    assert!(records.record(pending(), at(0), true).changed);
    assert!(!records.record(pending(), at(5), true).changed);
    assert!(records.record(vec![], at(10), true).changed);
    assert_eq!(records.ended(10, at(20)), []);
    assert_eq!(records.next_notification(), None);
}

#[test]
fn evaluation_is_stored_every_fifteen_seconds_while_an_alert_is_pending() {
    let mut records = AlertRecords::default();
    let mut changes = |second, state| {
        let recorded = records.record(vec![alert("a", state)], at(second), true);
        recorded.changed
    };
    let pending = [0, 5, 10, 15, 20, 30].map(|second| changes(second, AlertState::Pending));
    assert_eq!(pending, [true, false, false, true, false, true]);
    let firing = [35, 40, 60].map(|second| changes(second, AlertState::Firing));
    assert_eq!(firing, [true, false, false]);
}

/// Returns the records as a later process reads them.
fn reread(records: &AlertRecords) -> AlertRecords {
    let text = serde_json::to_string(records).expect("JSON");
    serde_json::from_str(&text).expect("the same form")
}

#[test]
fn pending_alert_survives_an_outage_of_an_hour_at_most() {
    let mut earlier = AlertRecords::default();
    let pending = |active_at| {
        vec![Alert {
            active_at: Some(active_at),
            ..alert("a", AlertState::Pending)
        }]
    };
    earlier.record(pending(at(0)), at(0), true);
    for (outage, is_restored) in [(3_600, true), (3_601, false)] {
        let mut records = reread(&earlier);
        assert_eq!(records.outage_ms(at(outage)).is_some(), is_restored);
        records.record(pending(at(outage)), at(outage), true);
        let active_at = records.active(at(outage))[0].active_at;
        assert_eq!(active_at == Some(at(0)), is_restored, "{active_at:?}");
    }
}

#[test]
fn alert_that_continues_keeps_its_times() {
    let mut records = AlertRecords::default();
    let found = |state, active_at, starts_at| {
        vec![Alert {
            active_at: Some(active_at),
            starts_at,
            ..alert("a", state)
        }]
    };
    records.record(found(AlertState::Pending, at(0), at(0)), at(0), true);
    records.record(found(AlertState::Firing, at(1), at(60)), at(60), true);
    // The wall clock is an hour behind now.
    let stepped = found(AlertState::Firing, at(-3_600), at(-3_540));
    records.record(stepped, at(-3_535), true);
    let shown = &records.active(at(-3_535))[0];
    assert_eq!((shown.active_at, shown.starts_at), (Some(at(0)), at(60)));
    records.record(vec![], at(-3_530), true);
    assert_eq!(notified(&records), ["a-60000-firing", "a-60000-resolved"]);
}

#[test]
fn silence_suppresses_until_it_ends() {
    let mut records = AlertRecords::default();
    records.record(vec![alert("a", AlertState::Pending)], at(0), true);
    assert!(records.silence("a", Some(at(60)), at(1)).is_ok());
    records.record(firing("a"), at(5), true);
    assert_eq!(records.active(at(6))[0].state, AlertState::Suppressed);
    assert_eq!(notified(&records), [""; 0]);
    assert!(records.record(firing("a"), at(60), true).changed);
    assert_eq!(records.active(at(60))[0].state, AlertState::Firing);
    assert_eq!(notified(&records), ["a-0-firing"]);
    let unknown = records.silence("b", None, at(61));
    assert_eq!(unknown, Err(SilenceRefusal::NotFound));
}

#[test]
fn silence_outlasts_its_alert_and_a_restart() {
    let mut records = AlertRecords::default();
    records.record(firing("a"), at(0), true);
    records.silence("a", Some(at(60)), at(1)).expect("active");
    records.record(vec![], at(5), true);
    let ended = &records.ended(1, at(6))[0];
    assert_eq!(
        (ended.state, ended.silenced_until),
        (AlertState::Resolved, Some(at(60)))
    );
    assert_eq!(records.ended(1, at(60))[0].silenced_until, None);
    // Neither the end nor the second alert is notified.
    let mut records = reread(&records);
    records.record(firing("a"), at(10), true);
    assert_eq!(records.active(at(10))[0].state, AlertState::Suppressed);
    assert_eq!(notified(&records), ["a-0-firing"]);
    assert!(records.record(firing("a"), at(60), true).changed);
    assert_eq!(notified(&records), ["a-0-firing", "a-0-firing"]);
}

#[test]
fn alert_that_was_silenced_throughout_is_not_notified() {
    let mut records = AlertRecords::default();
    records.record(vec![alert("a", AlertState::Pending)], at(0), true);
    records.silence("a", Some(at(60)), at(1)).expect("active");
    records.record(firing("a"), at(5), true);
    records.record(vec![], at(10), true);
    assert_eq!(records.next_notification(), None);
}

#[test]
fn silence_of_an_alert_that_has_ended_can_be_ended_but_not_begun() {
    let mut records = AlertRecords::default();
    records.record(firing("a"), at(0), true);
    records.silence("a", Some(at(60)), at(1)).expect("active");
    records.record(vec![], at(5), true);
    let begun = records.silence("a", Some(at(90)), at(6));
    assert_eq!(begun, Err(SilenceRefusal::NotFound));
    let ended = records.silence("a", None, at(6)).expect("it has ended");
    assert_eq!(
        (ended.state, ended.silenced_until),
        (AlertState::Resolved, None)
    );
    records.record(firing("a"), at(10), true);
    assert_eq!(records.active(at(10))[0].state, AlertState::Firing);
    assert_eq!(notified(&records), ["a-0-firing", "a-0-firing"]);
}

#[test]
fn silences_are_bounded() {
    let mut records = AlertRecords::default();
    let ids: Vec<String> = (0..=MAX_SILENCES)
        .map(|number| format!("{number:05}"))
        .collect();
    let found = ids.iter().map(|id| alert(id, AlertState::Firing));
    records.record(found.collect(), at(0), true);
    let (last, first) = ids.split_last().expect("many");
    for (end, id) in (100..).zip(first) {
        records.silence(id, Some(at(end)), at(1)).expect("few");
    }
    let mut silence = |id: &str, now| records.silence(id, Some(at(9_000)), now).map(|_| ());
    assert_eq!(silence(last, at(1)), Err(SilenceRefusal::TooMany));
    assert_eq!(silence("00005", at(1)), Ok(()));
    // The first silence has ended, although no evaluation has removed it yet.
    assert_eq!(silence(last, at(100)), Ok(()));
}

#[test]
fn acknowledgement_lasts_as_long_as_the_alert() {
    let mut records = AlertRecords::default();
    records.record(firing("a"), at(0), false);
    let acknowledgement = Acknowledgement {
        by: "anna".to_owned(),
        at: at(3),
    };
    records.acknowledge("a", acknowledgement.clone());
    records.record(firing("a"), at(5), false);
    assert_eq!(
        records.active(at(5))[0].acknowledgement,
        Some(acknowledgement)
    );
    records.record(vec![], at(10), false);
    records.record(firing("a"), at(15), false);
    assert_eq!(records.active(at(15))[0].acknowledgement, None);
}

#[test]
fn history_and_notifications_are_bounded() {
    let mut records = AlertRecords::default();
    let mut dropped = 0;
    for round in 0..1_100 {
        dropped += records.record(firing("a"), at(2 * round), true).dropped;
        dropped += records.record(vec![], at(2 * round + 1), true).dropped;
    }
    assert_eq!(records.ended(usize::MAX, at(0)).len(), MAX_ENDED);
    assert_eq!(notified(&records).len(), MAX_NOTIFICATIONS);
    assert_eq!(dropped, 2_200 - MAX_NOTIFICATIONS);
}

#[test]
fn written_records_are_read_back() {
    let mut records = AlertRecords::default();
    records.record(firing("a"), at(0), true);
    let text = serde_json::to_string(&records).expect("JSON");
    let read: AlertRecords = serde_json::from_str(&text).expect("the same form");
    assert_eq!(read.firing().count(), 1);
    assert_eq!(read.next_notification(), records.next_notification());
    assert_eq!(read.evaluated_at(), None);
}

#[test]
fn notification_keeps_the_time_of_its_creation() {
    let mut records = AlertRecords::default();
    records.record(firing("a"), at(7), true);
    records.record(firing("a"), at(12), true);
    let text = serde_json::to_string(&records).expect("JSON");
    let read: AlertRecords = serde_json::from_str(&text).expect("the same form");
    let created_at = |records: &AlertRecords| records.next_notification().map(|it| it.created_at);
    assert_eq!(created_at(&read), Some(at(7)));

    let mut earlier: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let notification = earlier["notifications"][0].as_object_mut();
    notification.expect("an object").remove("createdAt");
    let read: AlertRecords = serde_json::from_value(earlier).expect("an earlier form");
    assert_eq!(created_at(&read), Some(at(0)));
}
