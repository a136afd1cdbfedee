//! Roles of a cluster on real servers, over TLS.

use std::fs::OpenOptions;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use odd_testkit::private_servers::Authority;

use crate::backends::Backends;
use crate::program::run;
use crate::role::Role;

/// The executable, with the URLs of the gateway and the read-model.
fn client(roles: &[Role]) -> Command {
    let mut command = crate::program::program();
    command
        .env("ODD_GATEWAY_URL", roles[0].url())
        .env("ODD_READ_MODEL_URL", roles[3].url());
    command
}

#[test]
fn jobs_run_over_tls_and_views_are_rebuilt_equal_meanwhile() {
    let backends = Backends::start();
    let mut roles = backends.roles(|_| {});
    for _ in 0..3 {
        run(client(&roles).args(["submit", "echo", "{}", "--wait"])).expect(0);
    }
    let rebuild = || {
        let mut rebuild = backends.program("gateway");
        rebuild.args(["rebuild-views", "--cluster", "-o", "json"]);
        let report = run(&mut rebuild).expect(0);
        serde_json::from_str::<serde_json::Value>(&report).expect("JSON")
    };
    let report = rebuild();
    assert_eq!(report["equal"], true, "{report}");
    assert_eq!(report["oldDigest"], report["newDigest"]);

    std::thread::scope(|scope| {
        let submitting = scope.spawn(|| {
            for _ in 0..10 {
                run(client(&roles).args(["submit", "echo", "{}", "--wait"])).expect(0);
            }
        });
        while !submitting.is_finished() {
            assert_ne!(rebuild()["equal"], false, "while the views change");
        }
    });
    assert_eq!(rebuild()["equal"], true, "every event was counted once");
    let status = run(client(&roles).args(["status", "-o", "json"]));
    assert!(
        status.stdout.contains(r#""completedJobs": 13"#),
        "{status:?}"
    );
    for role in &mut roles {
        assert_eq!(role.stop().code(), Some(0));
    }
}

#[test]
fn no_secret_is_shown() {
    let backends = Backends::start();
    let roles = backends.roles(|command| {
        command.env("ODD_LOG", "debug");
    });
    run(client(&roles).args(["submit", "echo", "{}", "--wait"])).expect(0);
    let mut shown = String::new();
    for role in &roles {
        for path in ["/healthz", "/readyz", "/metrics", "/nothing"] {
            shown.push_str(&role.request("GET", path).1);
        }
        shown.push_str(&role.command_line());
        shown.push_str(&role.output());
    }
    assert!(shown.contains("observatory_build_info"));
    drop(roles);
    let failures = failures(&backends);
    assert!(failures.contains("error: ") && failures.contains("waiting for"));
    shown.push_str(&failures);
    for secret in backends.secrets() {
        assert!(!shown.contains(&secret), "{secret} is in {shown}");
    }
}

/// Returns the output of roles that cannot start.
fn failures(backends: &Backends) -> String {
    let rabbitmq = backends.rabbitmq.url_for("metrics-engine").expect("a user");
    let urls = [
        ("ODD_POSTGRES_URL", backends.postgres.url()),
        ("ODD_REDIS_URL", backends.redis.url()),
        ("ODD_MONGODB_URL", backends.mongo.url()),
        ("ODD_RABBITMQ_URL", rabbitmq),
    ];
    let mut output = String::new();
    for (variable, url) in &urls {
        let wrong = [
            url.replacen("://", "+x://", 1),
            url.replace("127.0.0.1", "192.0.2.1")
                .replace("sslmode", "x"),
            url.replace("127.0.0.1", "127.0.0.2"),
            url.replace("observatory:", "other:"),
            format!("{url}/nothing"),
            format!("{url}?nothing=1"),
            format!("{url}:x"),
        ];
        let started = wrong.map(|url| {
            let mut command = backends.serve("metrics-engine");
            KilledProcess::start(command.env(variable, url).env("ODD_LOG", "debug"))
        });
        std::thread::sleep(Duration::from_secs(3));
        output.extend(started.map(KilledProcess::kill));
    }
    output
}

/// A process that may run until it is killed, and whose output goes to a file.
struct KilledProcess(Child, tempfile::NamedTempFile);

impl KilledProcess {
    fn start(command: &mut Command) -> Self {
        let output = tempfile::NamedTempFile::new().expect("a file");
        let writer = || {
            OpenOptions::new()
                .append(true)
                .open(output.path())
                .expect("a file")
        };
        let child = command.stdout(writer()).stderr(writer()).spawn();
        Self(child.expect("the executable starts"), output)
    }

    fn kill(mut self) -> String {
        // It may have ended by itself.
        let _ = self.0.kill();
        self.0.wait().expect("it ends");
        std::fs::read_to_string(self.1.path()).expect("text")
    }
}

#[test]
fn untrusted_server_certificate_is_an_error_with_a_hint() {
    let backends = Backends::start();
    let other_authority = Authority::new().expect("an authority");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), other_authority.pem()).expect("written");
    let mut command = backends.serve("read-model");
    let error = run(command.env("ODD_TLS_CA_FILE", file.path())).expect_error(1);
    assert!(
        error.contains("PostgreSQL cannot be used") || error.contains("Redis cannot be used"),
        "{error}"
    );
    assert!(error.contains("invalid peer certificate"), "{error}");
    assert!(error.contains("hint: set ODD_TLS_CA_FILE"), "{error}");
    // The private authority is not one of those of the operating system, until SSL_CERT_FILE adds it.
    let mut command = backends.serve("gateway");
    let error = run(command.env_remove("ODD_TLS_CA_FILE")).expect_error(1);
    assert!(error.contains("hint: set ODD_TLS_CA_FILE"), "{error}");
    let mut command = backends.serve("gateway");
    command
        .env_remove("ODD_TLS_CA_FILE")
        .env("SSL_CERT_FILE", backends.ca_file());
    Role::start(command).await_ready();
}

#[test]
fn role_serves_its_health_while_it_waits_for_servers() {
    let mut backends = Backends::start();
    backends.postgres.kill().expect("it runs");
    let mut role = Role::start(backends.serve("read-model"));
    role.await_output("waiting for PostgreSQL");
    role.await_output("connected to Redis");
    assert_eq!(role.request("GET", "/healthz").0, 200);
    let (status, answer) = role.request("GET", "/readyz");
    assert_eq!(status, 503, "{answer}");
    assert!(
        answer.contains(r#"{"dependency":"store","up":false}"#),
        "{answer}"
    );
    assert!(
        answer.contains(r#"{"dependency":"views","up":true}"#),
        "{answer}"
    );
    let (status, metrics) = role.request("GET", "/metrics");
    assert_eq!(status, 200);
    let down = r#"observatory_dependency_up{service="read-model",dependency="store"} 0"#;
    assert!(metrics.contains(down), "{metrics}");
    let (status, answer) = role.request("GET", "/jobs");
    assert_eq!(status, 503, "{answer}");
    assert!(answer.to_lowercase().contains("retry-after"), "{answer}");

    let mut other = Role::start(backends.serve("gateway"));
    other.await_output("waiting for PostgreSQL");
    assert_eq!(other.request("POST", "/jobs").0, 503);
    assert_eq!(other.stop().code(), Some(0), "it stops while it waits");

    backends.postgres.restart().expect("it starts");
    role.await_ready();
    assert_eq!(role.request("GET", "/readyz").0, 200);
    assert_eq!(role.request("GET", "/jobs").0, 200);
    role.await_output("connected to PostgreSQL");
    assert_eq!(role.stop().code(), Some(0));
}

#[test]
fn views_are_updated_while_the_archive_is_unavailable() {
    let mut backends = Backends::start();
    backends.mongo.kill().expect("it runs");
    let roles = backends.roles(|_| {});
    for _ in 0..3 {
        run(client(&roles).args(["submit", "echo", "{}", "--wait"])).expect(0);
    }
    let deadline = Instant::now() + Duration::from_secs(30);
    let counted = || {
        run(client(&roles).args(["status", "-o", "json"]))
            .stdout
            .contains(r#""completedJobs": 3"#)
    };
    while !counted() {
        assert!(Instant::now() < deadline, "the views are not updated");
        std::thread::sleep(Duration::from_millis(200));
    }
    let is_archive_up = || {
        let (_, answer) = roles[2].request("GET", "/readyz");
        answer.contains(r#"{"dependency":"archive","up":true}"#)
    };
    assert!(!is_archive_up());
    roles[2].await_output("MongoDB is not available");
    assert!(!roles[2].output().contains("connected to MongoDB"));
    backends.mongo.restart().expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_archive_up() {
        assert!(Instant::now() < deadline, "the archive is not connected");
        std::thread::sleep(Duration::from_millis(200));
    }
}
