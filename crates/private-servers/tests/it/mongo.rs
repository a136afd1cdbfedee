use std::fs;

use odd_private_servers::{DataRoot, Mongo};

use crate::processes::{is_alive, temporary_root};

/// Returns `true` if a server has created files.
fn has_data(root: &DataRoot) -> bool {
    let programs = fs::read_dir(root.path().join("mongo/data")).expect("a data folder");
    programs
        .flatten()
        .any(|program| fs::read_dir(program.path()).is_ok_and(|mut files| files.next().is_some()))
}

#[test]
fn restart_kill_wipe_and_drop_work() {
    let root = temporary_root();
    let mut mongo = Mongo::start(&root).unwrap_or_else(|error| panic!("{error}"));
    let url = mongo.url();
    assert!(url.starts_with("mongodb://observatory:"), "{url}");
    assert!(has_data(&root));
    mongo.kill().expect("it can be killed");
    mongo.restart().expect("it starts with the existing user");
    mongo.restart().expect("it stops and starts");
    mongo.wipe().expect("it starts empty");
    assert_eq!(mongo.url(), url);
    let pid = mongo.pid().expect("it runs");
    drop(mongo);
    assert!(!is_alive(pid));
}
