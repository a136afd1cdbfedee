use super::super::tests::{files, messages};
use super::*;

const COMPOSE: &str = "x-role: &role { image: '${ODD_IMAGE:-ghcr.io/a/a:1.0.0}' }
services:
  gateway:
    <<: *role
    environment: { ODD_LOG: info, ODD_CONFIG: /run/secrets/gateway.toml }
  redis: { image: 'redis:8.6.7-alpine' }
";
const PORTS: &str = "services:
  gateway: { ports: ['127.0.0.1:3000:3000'] }
  redis: { ports: ['127.0.0.1:6379:6379'] }
";
const GATEWAY: &str = "kind: Deployment
metadata: { name: gateway }
spec:
  selector: {}
  template:
    spec:
      containers:
        - image: ghcr.io/a/a:1.0.0
          envFrom: [{ configMapRef: { name: roles } }]
          env: [{ name: ODD_CONFIG, value: /etc/odd/config.toml }]
          volumeMounts: [{ name: config, mountPath: /etc/odd }]
          ports: [{ name: http, containerPort: 3000 }]
      volumes: [{ name: config, secret: { secretName: gateway } }]
---
kind: Service
metadata: { name: gateway }
spec: { selector: {}, ports: [{ port: 3000, targetPort: http }] }
";
const REDIS: &str = "kind: StatefulSet
metadata: { name: redis }
spec:
  selector: {}
  template:
    spec:
      containers:
        - { image: 'redis:8.6.7-alpine', ports: [{ name: redis, containerPort: 6379 }] }
---
kind: Service
metadata: { name: redis }
spec: { selector: {}, ports: [{ port: 6379, targetPort: redis }] }
";
const ROLES: &str = "ODD_LOG=info\n";
const EXCEPTIONS: &str = "[left_out]\nODD_TOKEN = \"Of commands.\"\n";
const PAGE: &str = "| `ODD_LOG` | a |\n| `ODD_CONFIG` | a |\n| `ODD_TOKEN` | a |\n";

/// Replaces one text in the files of a deployment without faults, and returns what is reported.
fn problems(from: &str, to: &str) -> Vec<String> {
    let all = [
        ("infra/compose/services.yaml", COMPOSE),
        ("infra/compose/dev.ports.yaml", PORTS),
        ("infra/k8s/base/gateway.yaml", GATEWAY),
        ("infra/k8s/base/redis.yaml", REDIS),
        ("infra/k8s/base/roles.env", ROLES),
        ("infra/parity.toml", EXCEPTIONS),
        (settings::PAGE, PAGE),
    ];
    let changed = all.map(|(path, text)| (path, text.replacen(from, to, 1)));
    let changed = changed
        .each_ref()
        .map(|(path, text)| (*path, text.as_str()));
    assert!(
        from.is_empty() || changed != all,
        "the fault {from} is in no file"
    );
    messages(&check(&files(&changed)))
}

#[test]
fn equal_deployments_pass() {
    assert_eq!(problems("", ""), Vec::<String>::new());
}

/// A text, its replacement, and a part of the message.
const FAULTS: [(&str, &str, &str); 20] = [
    (
        "services:\n  gateway:\n    <<",
        "services:\n  web: { image: a }\n  gateway:\n    <<",
        "infra/k8s/base: lacks the service `web`",
    ),
    (
        "metadata: { name: redis }\nspec:\n",
        "metadata: { name: web }\nspec:\n",
        "belongs to no Deployment",
    ),
    (
        "redis: { image: 'redis:8.6.7-alpine' }",
        "redis: { image: 'redis:8.6.8-alpine' }",
        "runs `redis` as redis:8.6.7-alpine",
    ),
    (
        "a:1.0.0}",
        "a:1.0.1}",
        "runs `gateway` as ghcr.io/a/a:1.0.0",
    ),
    ("3000:3000", "3000:3001", "lacks the port 300"),
    (
        "containerPort: 3000",
        "containerPort: 3001",
        "differs from the port of the container",
    ),
    (
        "ODD_LOG=info",
        "ODD_LOG=debug",
        "sets another value of `ODD_LOG` for `gateway`",
    ),
    ("ODD_LOG=info\n", "", "does not set `ODD_LOG` for `gateway`"),
    (
        "ODD_LOG: info, ",
        "",
        "services.yaml: does not set `ODD_LOG`",
    ),
    (
        "value: /etc/odd/config.toml",
        "value: other",
        "sets another value of `ODD_CONFIG`",
    ),
    (
        "value: /etc/odd/config.toml",
        "value: /etc/odd/other.toml",
        "sets another value of `ODD_CONFIG`",
    ),
    (
        "secretName: gateway",
        "secretName: processor",
        "sets another value of `ODD_CONFIG`",
    ),
    (
        "/run/secrets/gateway.toml",
        "/run/secrets/processor.toml",
        "sets another value of `ODD_CONFIG`",
    ),
    (
        "mountPath: /etc/odd ",
        "mountPath: /etc/odd, subPath: config.toml ",
        "sets another value of `ODD_CONFIG`",
    ),
    (
        "[left_out]\nODD_TOKEN = \"Of commands.\"",
        "",
        "`ODD_TOKEN` is neither set",
    ),
    (
        "[left_out]",
        "[left_out]\nODD_LOG = \"a\"",
        "`ODD_LOG` is left out, but set",
    ),
    (
        "[left_out]",
        "[left_out]\nODD_OLD = \"a\"",
        "`ODD_OLD` is not in docs",
    ),
    ("Of commands.", "", "without a reason"),
    (
        "| `ODD_LOG` | a |\n",
        "",
        "`ODD_LOG` is set, but is not in docs",
    ),
    (
        "[left_out]",
        "[[differences]]\nservice = \"redis\"\nport = 1\nreason = \"a\"\n[left_out]",
        "does not exist",
    ),
];

#[test]
fn every_fault_is_reported() {
    for (from, to, expected) in FAULTS {
        let found = problems(from, to);
        assert!(
            found.iter().any(|it| it.contains(expected)),
            "{to}: {found:?}"
        );
    }
}

#[test]
fn listed_differences_pass() {
    let difference = |what: &str| {
        format!("[[differences]]\nservice = \"gateway\"\n{what}\nreason = \"a\"\n[left_out]")
    };
    let mut exceptions = EXCEPTIONS.replace("[left_out]", &difference("variable = \"HOME\""));
    exceptions = exceptions.replace("[left_out]", &difference("port = 9000"));
    let found = messages(&check(&files(&[
        (
            "infra/compose/services.yaml",
            &COMPOSE.replace("ODD_LOG: info", "ODD_LOG: info, HOME: /tmp"),
        ),
        (
            "infra/compose/dev.ports.yaml",
            &PORTS.replace("3000:3000'", "3000:3000', '9000:9000'"),
        ),
        ("infra/k8s/base/gateway.yaml", GATEWAY),
        ("infra/k8s/base/redis.yaml", REDIS),
        ("infra/k8s/base/roles.env", ROLES),
        ("infra/parity.toml", &exceptions),
        (settings::PAGE, PAGE),
    ])));
    assert_eq!(found, Vec::<String>::new());
}
