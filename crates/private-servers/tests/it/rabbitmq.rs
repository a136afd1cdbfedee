use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use odd_private_servers::{RabbitMq, RabbitMqEngine, RabbitMqOptions};

use crate::processes::{check_lifecycle, eventually, start, temporary_root};

fn ctl(rabbitmq: &RabbitMq, arguments: &[&str]) -> String {
    rabbitmq
        .ctl(arguments)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Declares a quorum queue with one member.
const DECLARE: &str = r#"{new, _} = rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"kept">>), true, false,
    [{<<"x-queue-type">>, longstr, <<"quorum">>}], none, <<"observatory">>)."#;
/// Publishes a message to the leader of the queue and waits for its confirmation.
const PUBLISH: &str = r#"{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"kept">>)),
    {ok, _, _} = ra:process_command(amqqueue:get_pid(Queue), rabbit_fifo:make_enqueue(undefined, undefined, <<"x">>))."#;
/// Returns the number of messages from the leader of the queue.
const COUNT: &str = r#"{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"kept">>)),
    rabbit_fifo_client:stat(amqqueue:get_pid(Queue))."#;

#[test]
fn queues_survive_restarts_until_they_are_wiped() {
    check_lifecycle::<RabbitMqEngine>(
        |rabbitmq| {
            ctl(rabbitmq, &["eval", DECLARE]);
            ctl(rabbitmq, &["eval", PUBLISH]);
            rabbitmq.sync_quorum_queues().expect("written");
        },
        |rabbitmq| {
            let count = rabbitmq.ctl(&["eval", COUNT]);
            count.is_ok_and(|count| count.trim() == "{ok,1,0}")
        },
    );
}

#[test]
fn users_are_created_and_alarms_are_raised_and_cleared() {
    let rabbitmq = start::<RabbitMqEngine>();
    let users = ctl(&rabbitmq, &["-q", "list_users"]);
    assert!(!users.contains("guest"), "{users}");
    for user in [
        "observatory",
        "gateway",
        "processor",
        "metrics-engine",
        "read-model",
    ] {
        assert!(users.contains(user), "{user} is not in {users}");
        let url = rabbitmq.url_for(user).expect(user);
        let rest = url.strip_prefix(&format!("amqp://{user}:")).expect("a URL");
        let password = rest.split('@').next().expect("a password");
        ctl(&rabbitmq, &["authenticate_user", user, password]);
    }
    assert_eq!(rabbitmq.url_for("guest"), None);

    rabbitmq.add_virtual_host("other").expect("added");
    let permissions = ctl(&rabbitmq, &["-q", "list_permissions", "-p", "other"]);
    assert!(permissions.contains("read-model"), "{permissions}");

    let alarms = || ctl(&rabbitmq, &["eval", "rabbit_alarm:get_alarms()."]);
    rabbitmq.raise_disk_alarm().expect("raised");
    assert!(alarms().contains("resource_limit,disk"));
    rabbitmq.clear_disk_alarm().expect("cleared");
    assert_eq!(alarms().trim(), "[]");
}

#[test]
fn start_error_contains_the_log() {
    let options = RabbitMqOptions {
        settings: vec![("heartbeat".into(), "never".into())],
        ..RabbitMqOptions::default()
    };
    let error = RabbitMq::start_with(&temporary_root(), options).expect_err("bad setting");
    assert!(error.to_string().contains("heartbeat"), "{error}");
}

/// The metrics that dashboards of a broker need.
const METRICS: [&str; 8] = [
    "rabbitmq_queue_messages_ready",
    "rabbitmq_queue_messages_unacked",
    "rabbitmq_connections",
    "rabbitmq_channels",
    "rabbitmq_process_resident_memory_bytes",
    "rabbitmq_resident_memory_limit_bytes",
    "rabbitmq_disk_space_available_bytes",
    "rabbitmq_disk_space_available_limit_bytes",
];

#[test]
fn metrics_are_exported_and_keep_their_address_after_a_restart() {
    let mut rabbitmq = start::<RabbitMqEngine>();
    let url = rabbitmq.metrics_url().expect("the plugin is installed");
    ctl(&rabbitmq, &["eval", DECLARE]);
    let missing = |text: &str| {
        let has = |name: &&str| text.lines().any(|line| value(line, name).is_some());
        METRICS.into_iter().filter(|name| !has(name)).count()
    };
    // The node samples its memory and disk every few seconds.
    eventually(|| (missing(&scrape(&rabbitmq).ok()?) == 0).then_some(()));
    let other = start::<RabbitMqEngine>();
    assert_ne!(other.metrics_url().expect("its own"), url);

    rabbitmq.sync_quorum_queues().expect("written");
    ctl(&rabbitmq, &["eval", PUBLISH]);
    rabbitmq.restart().expect("it restarts");
    assert_eq!(rabbitmq.metrics_url(), Some(url));
    eventually(|| {
        let text = scrape(&rabbitmq).ok()?;
        let mut ready = text.lines().filter_map(|line| value(line, METRICS[0]));
        (ready.next()? == 1.0).then_some(())
    });
}

/// Returns the value of a sample of the metric.
fn value(line: &str, name: &str) -> Option<f64> {
    let rest = line.strip_prefix(name)?;
    let rest = rest
        .strip_prefix(' ')
        .or_else(|| Some(rest.strip_prefix('{')?.split_once("} ")?.1))?;
    rest.parse().ok()
}

fn scrape(rabbitmq: &RabbitMq) -> io::Result<String> {
    let address = rabbitmq.metrics_address().ok_or(io::ErrorKind::NotFound)?;
    let mut connection = TcpStream::connect(address)?;
    write!(connection, "GET /metrics HTTP/1.0\r\n\r\n")?;
    let mut text = String::new();
    connection.read_to_string(&mut text)?;
    Ok(text)
}
