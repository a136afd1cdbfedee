use odd_private_servers::{RabbitMq, RabbitMqEngine, RabbitMqOptions};

use crate::processes::{check_lifecycle, start, temporary_root};

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
