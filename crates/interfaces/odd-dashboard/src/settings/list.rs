pub(crate) use super::client_list::{
    GATEWAY_URL, PROFILE, READ_MODEL_URL, TOKEN, TOKEN_FILE, WEB_URL,
};
use super::pty_list::{
    PTY_ADDR, PTY_ALLOWED_ORIGINS, PTY_DETACHED_SECONDS, PTY_IDLE_SECONDS, PTY_INTERACTIVE,
    PTY_MAX_SESSIONS, PTY_MAX_SESSIONS_PER_CLIENT, PTY_METRICS_ADDR, PTY_TRUSTED_PROXIES,
};
use super::setting::setting;
pub(crate) use super::setting::{Kind, Setting};
use super::trace_list::{
    OTLP_COMPRESSION, OTLP_ENDPOINT, OTLP_HEADERS, OTLP_PROTOCOL, TRACES_SAMPLER,
    TRACES_SAMPLER_ARG,
};
pub(crate) use super::web_list::{PTY_URL, WEB_ADDR, WEB_BASE_PATH, WEB_FRAME_ANCESTORS};

pub(crate) const CONFIG: Setting = setting(
    "ODD_CONFIG",
    None,
    Kind::Text,
    "`odd-dashboard/config.toml` in the XDG configuration home, if it exists",
    "Configuration file, in TOML.",
    "",
);
pub(crate) const DATA_DIR: Setting = setting(
    "ODD_DATA_DIR",
    Some("data_dir"),
    Kind::Text,
    "`odd-dashboard` in the XDG data home",
    "Data directory of `up`.",
    "Only its owner can read it.",
);
pub(crate) const GATEWAY_ADDR: Setting = setting(
    "ODD_GATEWAY_ADDR",
    Some("gateway.addr"),
    Kind::Text,
    "127.0.0.1:3000",
    "Listen address of the gateway.",
    "Port 0 selects a free port, which `up` and `serve` print.",
);
pub(crate) const READ_MODEL_ADDR: Setting = setting(
    "ODD_READ_MODEL_ADDR",
    Some("read_model.addr"),
    Kind::Text,
    "127.0.0.1:8080",
    "Listen address of the read-model.",
    "",
);
pub(crate) const PROCESSOR_ADDR: Setting = setting(
    "ODD_PROCESSOR_ADDR",
    Some("processor.addr"),
    Kind::Text,
    "127.0.0.1:8000",
    "Listen address for health checks and metrics of the processor.",
    "",
);
pub(crate) const METRICS_ENGINE_ADDR: Setting = setting(
    "ODD_METRICS_ENGINE_ADDR",
    Some("metrics_engine.addr"),
    Kind::Text,
    "127.0.0.1:8090",
    "Listen address for health checks and metrics of the metrics-engine.",
    "",
);
pub(crate) const POSTGRES_URL: Setting = setting(
    "ODD_POSTGRES_URL",
    Some("postgres.url"),
    Kind::Text,
    "none",
    "URL of PostgreSQL for `serve`.",
    "For example `postgresql://user:password@host:port/database`, with `?sslmode=verify-full` for TLS.",
);
pub(crate) const RABBITMQ_URL: Setting = setting(
    "ODD_RABBITMQ_URL",
    Some("rabbitmq.url"),
    Kind::Text,
    "none",
    "URL of RabbitMQ for `serve`.",
    "For example `amqp://user:password@host:port/vhost`, or `amqps://` for TLS.",
);
pub(crate) const REDIS_URL: Setting = setting(
    "ODD_REDIS_URL",
    Some("redis.url"),
    Kind::Text,
    "none",
    "URL of Redis for `serve`.",
    "For example `redis://user:password@host:port/database`, or `rediss://` for TLS.",
);
pub(crate) const MONGODB_URL: Setting = setting(
    "ODD_MONGODB_URL",
    Some("mongodb.url"),
    Kind::Text,
    "none: no archive of events",
    "URL of MongoDB for `serve`.",
    "For example `mongodb://user:password@host:port/database`, with `?tls=true` for TLS.",
);
pub(crate) const TLS_CA_FILE: Setting = setting(
    "ODD_TLS_CA_FILE",
    Some("links.ca_file"),
    Kind::Text,
    "the authorities that the operating system trusts; for MongoDB, those that Mozilla trusts",
    "Certificate authorities for PostgreSQL, RabbitMQ, Redis and MongoDB.",
    "The file contains certificates in PEM format. No other authorities are trusted then.",
);
pub(crate) const PLAINTEXT_HOSTS: Setting = setting(
    "ODD_PLAINTEXT_HOSTS",
    Some("links.plaintext_hosts"),
    Kind::List,
    "none",
    "Hosts beyond loopback that may be used without TLS.",
    "Give names or addresses of servers on a private network.",
);
pub(crate) const SERVICES: Setting = setting(
    "ODD_SERVICES",
    Some("read_model.services"),
    Kind::List,
    "none",
    "Roles whose health the read-model of `serve` checks.",
    "Each item has the form `name=http://host:port`.",
);
pub(crate) const UI_URLS: Setting = setting(
    "ODD_UI_URLS",
    Some("read_model.ui_urls"),
    Kind::List,
    "their usual ports on 127.0.0.1; with `up`, its own interfaces, where they listen",
    "Where the user interfaces are that pages and alerts link to.",
    "Each item is `id=url`, such as `grafana=https://grafana.example/`, or `id=` for one that does not exist. \
     `odd-dashboard open` lists the ids.",
);
pub(crate) const PROMETHEUS_URL: Setting = setting(
    "ODD_PROMETHEUS_URL",
    Some("monitoring.prometheus_url"),
    Kind::Text,
    "none",
    "URL of the Prometheus that scrapes the deployment, for `gate`.",
    "For example `http://127.0.0.1:9090`.",
);
pub(crate) const ALERTMANAGER_URL: Setting = setting(
    "ODD_ALERTMANAGER_URL",
    Some("monitoring.alertmanager_url"),
    Kind::Text,
    "none",
    "URL of the Alertmanager whose alerts the read-model of `serve` shows.",
    "For example `http://127.0.0.1:9093`. `gate` uses it, too.",
);
pub(crate) const ALERT_WEBHOOK_URL: Setting = setting(
    "ODD_ALERT_WEBHOOK_URL",
    Some("alerts.webhook_url"),
    Kind::Text,
    "none: no notifications",
    "Webhook that `up` notifies when an alert fires or is resolved.",
    "Redirects are not followed. Hosts beyond loopback require `https`, unless they are in `ODD_PLAINTEXT_HOSTS` or `--insecure` is \
     given.",
);
pub(crate) const ALERT_WEBHOOK_SECRET: Setting = setting(
    "ODD_ALERT_WEBHOOK_SECRET",
    None,
    Kind::Text,
    "none",
    "Key of the signatures of notifications, at least 16 bytes.",
    "",
);
pub(crate) const ALERT_WEBHOOK_SECRET_FILE: Setting = setting(
    "ODD_ALERT_WEBHOOK_SECRET_FILE",
    Some("alerts.webhook_secret_file"),
    Kind::Text,
    "none",
    "File with the key of the signatures of notifications.",
    "White space around the key is ignored. `ODD_ALERT_WEBHOOK_SECRET` overrides it.",
);
pub(crate) const GRAFANA_URL: Setting = setting(
    "ODD_GRAFANA_URL",
    Some("monitoring.grafana_url"),
    Kind::Text,
    "none",
    "URL of the Grafana with the dashboards, for `gate`.",
    "For example `http://127.0.0.1:3002`.",
);
pub(crate) const CORS_ORIGINS: Setting = setting(
    "ODD_CORS_ORIGINS",
    Some("http.cors_origins"),
    Kind::List,
    "none",
    "Web origins whose pages may call the HTTP interfaces.",
    "",
);
pub(crate) const ALLOWED_HOSTS: Setting = setting(
    "ODD_ALLOWED_HOSTS",
    Some("http.allowed_hosts"),
    Kind::List,
    "none",
    "Further host names accepted in the `Host` header.",
    "`localhost` and IP addresses are always accepted.",
);
pub(crate) const HTTP_KEEP_ALIVE_SECONDS: Setting = setting(
    "ODD_HTTP_KEEP_ALIVE_SECONDS",
    Some("http.keep_alive_seconds"),
    Kind::Integer,
    "75",
    "Seconds after which an idle connection of a client is closed.",
    "From 1 to 3,600. Keep it above the idle timeout of a load balancer in front. A request head has to arrive in the same time.",
);
pub(crate) const API_TOKENS: Setting = setting(
    "ODD_API_TOKENS",
    Some("auth.tokens"),
    Kind::Text,
    "none",
    "Token file, in TOML.",
    "It has one `[[token]]` table for each token, with `name`, `role` (submit, read, operate, admin) and the `sha256` \
     of the secret. Listen addresses beyond loopback require it, unless `--insecure` is given.",
);
pub(crate) const WORKER_CONCURRENCY: Setting = setting(
    "ODD_WORKER_CONCURRENCY",
    Some("processor.concurrency"),
    Kind::Integer,
    "cores × 16",
    "Number of jobs that a processor runs at the same time, 1 to 10,000.",
    "",
);
pub(crate) const WORKER_LEASE_SECONDS: Setting = setting(
    "ODD_WORKER_LEASE_SECONDS",
    Some("processor.lease_seconds"),
    Kind::Integer,
    "30",
    "Seconds until a job of an unresponsive processor is retried.",
    "From 3 to 3,600. Processors renew their leases three times as often.",
);
pub(crate) const WORKER_TYPES: Setting = setting(
    "ODD_WORKER_TYPES",
    Some("processor.types"),
    Kind::List,
    "all types that have a handler",
    "Job types that a processor runs.",
    "",
);
pub(crate) const HTTP_REQUEST_ALLOW: Setting = setting(
    "ODD_HTTP_REQUEST_ALLOW",
    Some("http_request.allow"),
    Kind::List,
    "none",
    "Private addresses that `http.request` jobs may use.",
    "Each item is a network such as `10.1.0.0/16`, an address, or `host:port`. The gateway checks it first: in a \
     cluster, gateways and processors need the same list.",
);
pub(crate) const PROCESS_RUN_ALLOW: Setting = setting(
    "ODD_PROCESS_RUN_ALLOW",
    Some("process_run.allow"),
    Kind::List,
    "none: `process.run` is off",
    "Programs that `process.run` jobs may start.",
    "Each item is an absolute path, or `name=/absolute/path`. The gateway checks it first: in a cluster, gateways and \
     processors need the same list.",
);
pub(crate) const RETENTION_DAYS: Setting = setting(
    "ODD_RETENTION_DAYS",
    Some("retention.days"),
    Kind::Integer,
    "7",
    "Days until finished jobs and their history are removed, 1 to 3,650.",
    "",
);
pub(crate) const ALLOW_DRILLS: Setting = setting(
    "ODD_ALLOW_DRILLS",
    Some("drills.allow"),
    Kind::Boolean,
    "false",
    "Lets `drill` break the deployment on purpose, for a limited time.",
    "Never set it where people depend on the jobs. Every role of a deployment needs it.",
);
pub(crate) const LOG: Setting = setting(
    "ODD_LOG",
    Some("log.filter"),
    Kind::Text,
    "info",
    "Log filter.",
    "Either a level, or directives such as `info,odd_processor=debug`.",
);
pub(crate) const LOG_FORMAT: Setting = setting(
    "ODD_LOG_FORMAT",
    Some("log.format"),
    Kind::Text,
    "text on a terminal, else json",
    "Log format on standard error: `text` or `json`.",
    "",
);

/// Every setting, in the order of the reference.
pub(crate) const SETTINGS: &[Setting] = &[
    CONFIG,
    DATA_DIR,
    GATEWAY_ADDR,
    READ_MODEL_ADDR,
    WEB_ADDR,
    PROCESSOR_ADDR,
    METRICS_ENGINE_ADDR,
    PTY_ADDR,
    PTY_METRICS_ADDR,
    PTY_INTERACTIVE,
    PTY_ALLOWED_ORIGINS,
    PTY_TRUSTED_PROXIES,
    PTY_MAX_SESSIONS,
    PTY_MAX_SESSIONS_PER_CLIENT,
    PTY_DETACHED_SECONDS,
    PTY_IDLE_SECONDS,
    POSTGRES_URL,
    RABBITMQ_URL,
    REDIS_URL,
    MONGODB_URL,
    TLS_CA_FILE,
    PLAINTEXT_HOSTS,
    SERVICES,
    UI_URLS,
    PROMETHEUS_URL,
    ALERTMANAGER_URL,
    ALERT_WEBHOOK_URL,
    ALERT_WEBHOOK_SECRET,
    ALERT_WEBHOOK_SECRET_FILE,
    GRAFANA_URL,
    CORS_ORIGINS,
    ALLOWED_HOSTS,
    HTTP_KEEP_ALIVE_SECONDS,
    WEB_BASE_PATH,
    WEB_FRAME_ANCESTORS,
    PTY_URL,
    API_TOKENS,
    WORKER_CONCURRENCY,
    WORKER_LEASE_SECONDS,
    WORKER_TYPES,
    HTTP_REQUEST_ALLOW,
    PROCESS_RUN_ALLOW,
    RETENTION_DAYS,
    ALLOW_DRILLS,
    GATEWAY_URL,
    READ_MODEL_URL,
    WEB_URL,
    TOKEN,
    TOKEN_FILE,
    PROFILE,
    LOG,
    LOG_FORMAT,
    OTLP_ENDPOINT,
    OTLP_PROTOCOL,
    OTLP_HEADERS,
    OTLP_COMPRESSION,
    TRACES_SAMPLER,
    TRACES_SAMPLER_ARG,
];
