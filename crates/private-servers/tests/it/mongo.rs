use std::fs;

use odd_private_servers::{Mongo, Place};

use crate::processes::{is_alive, temporary_place};

/// Whether there are files of a server.
fn has_data(place: &Place) -> bool {
    let programs = fs::read_dir(place.path().join("mongo/data")).expect("a data folder");
    programs
        .flatten()
        .any(|program| fs::read_dir(program.path()).is_ok_and(|mut files| files.next().is_some()))
}

#[test]
fn it_lives_and_dies_like_the_others() {
    let place = temporary_place();
    let mut mongo = Mongo::start(&place).unwrap_or_else(|error| panic!("{error}"));
    let url = mongo.url();
    assert!(url.starts_with("mongodb://observatory:"), "{url}");
    assert!(has_data(&place));
    mongo.kill().expect("it can be killed");
    mongo
        .restart()
        .expect("it starts again, with the user that is there");
    mongo.restart().expect("it stops and starts");
    mongo.wipe().expect("it starts empty");
    assert_eq!(mongo.url(), url);
    let pid = mongo.pid().expect("it runs");
    drop(mongo);
    assert!(!is_alive(pid));
}
