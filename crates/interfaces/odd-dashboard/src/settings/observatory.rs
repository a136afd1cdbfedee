use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use etcetera::BaseStrategy;
use odd_contracts::{JobType, UiUrl};
use odd_metrics_engine::WebhookConfig;
use odd_processor::Objective;
use odd_service_kit::DEFAULT_KEEP_ALIVE;
use odd_service_kit::telemetry::TraceConfig;
use odd_worker::{AllowRule, AllowedProgram};

use crate::failure::Failure;
use crate::role_name::RoleName;
use crate::settings::client::parse_url;
use crate::settings::list::{
    ALERTMANAGER_URL, ALLOW_DRILLS, ALLOWED_HOSTS, API_TOKENS, CORS_ORIGINS, DATA_DIR,
    GATEWAY_ADDR, HTTP_KEEP_ALIVE_SECONDS, HTTP_REQUEST_ALLOW, LOG, LOG_FORMAT,
    METRICS_ENGINE_ADDR, PROCESS_RUN_ALLOW, PROCESSOR_ADDR, READ_MODEL_ADDR, RETENTION_DAYS,
    Setting, UI_URLS, WEB_ADDR, WORKER_CONCURRENCY, WORKER_LEASE_SECONDS, WORKER_TYPES,
};
use crate::settings::pty_list::{PTY_ADDR, PTY_METRICS_ADDR};
use crate::settings::values::{boolean, items, origin, parse_number, parsed};
use crate::settings::{PtySettings, Sources, WebSettings, alert_webhook, traces};

/// The listen address of each role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    pub(crate) gateway: SocketAddr,
    pub(crate) read_model: SocketAddr,
    pub(crate) web: SocketAddr,
    pub(crate) processor: SocketAddr,
    pub(crate) metrics_engine: SocketAddr,
    pub(crate) web_pty: SocketAddr,
    /// The second address of the web-pty-server.
    pub(crate) web_pty_metrics: SocketAddr,
}

impl Addresses {
    pub(crate) const fn of(&self, role: RoleName) -> SocketAddr {
        match role {
            RoleName::Gateway => self.gateway,
            RoleName::ReadModel => self.read_model,
            RoleName::Web => self.web,
            RoleName::Processor => self.processor,
            RoleName::MetricsEngine => self.metrics_engine,
            RoleName::WebPty => self.web_pty,
        }
    }
}

/// The settings of an observatory that the command line gives.
#[derive(Debug, Clone, Default)]
pub(crate) struct ObservatoryFlags {
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) gateway_addr: Option<SocketAddr>,
    pub(crate) read_model_addr: Option<SocketAddr>,
    pub(crate) web_addr: Option<SocketAddr>,
    pub(crate) processor_addr: Option<SocketAddr>,
    pub(crate) metrics_engine_addr: Option<SocketAddr>,
    pub(crate) pty_addr: Option<SocketAddr>,
    pub(crate) pty_metrics_addr: Option<SocketAddr>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) allow_drills: bool,
}

/// Every setting of `up`, and those of a role of `serve`.
#[derive(Debug, Clone)]
pub(crate) struct ObservatorySettings {
    pub(crate) data_dir: PathBuf,
    pub(crate) addresses: Addresses,
    pub(crate) tokens_file: Option<PathBuf>,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) http_keep_alive: Duration,
    pub(crate) web: WebSettings,
    pub(crate) concurrency: u32,
    pub(crate) lease: Duration,
    pub(crate) types: Option<Vec<JobType>>,
    pub(crate) objectives: BTreeMap<JobType, Objective>,
    pub(crate) http_request_allow: Vec<AllowRule>,
    pub(crate) process_run_allow: Vec<AllowedProgram>,
    pub(crate) retention_days: u32,
    pub(crate) allow_drills: bool,
    /// The source of the alerts that the read-model shows.
    pub(crate) alertmanager_url: Option<String>,
    /// Where user interfaces are that are not at their default URLs.
    pub(crate) ui_urls: Vec<UiUrl>,
    /// Where notifications of alerts are sent.
    pub(crate) alert_webhook: Option<WebhookConfig>,
    /// The terminals.
    pub(crate) pty: PtySettings,
    pub(crate) log: Option<String>,
    pub(crate) log_format: Option<String>,
    /// Where traces are sent; `None` if nowhere.
    pub(crate) traces: Option<TraceConfig>,
}

impl ObservatorySettings {
    pub(crate) fn read(sources: &Sources, flags: ObservatoryFlags) -> Result<Self, Failure> {
        let addresses = Addresses {
            gateway: address(sources, &GATEWAY_ADDR, flags.gateway_addr)?,
            read_model: address(sources, &READ_MODEL_ADDR, flags.read_model_addr)?,
            web: address(sources, &WEB_ADDR, flags.web_addr)?,
            processor: address(sources, &PROCESSOR_ADDR, flags.processor_addr)?,
            metrics_engine: address(sources, &METRICS_ENGINE_ADDR, flags.metrics_engine_addr)?,
            web_pty: address(sources, &PTY_ADDR, flags.pty_addr)?,
            web_pty_metrics: address(sources, &PTY_METRICS_ADDR, flags.pty_metrics_addr)?,
        };
        let concurrency = |text: &str| parse_number(text, 1..=10_000);
        let lease = |text: &str| parse_number(text, 3..=3_600);
        let keep_alive = |text: &str| parse_number(text, 1..=3_600);
        let retention = |text: &str| parse_number(text, 1..=3_650);
        Ok(Self {
            data_dir: data_dir(sources, flags.data_dir)?,
            addresses,
            tokens_file: sources.read(&API_TOKENS, None, |text| Ok(PathBuf::from(text)))?,
            cors_origins: items(sources, &CORS_ORIGINS, origin)?.unwrap_or_default(),
            allowed_hosts: items(sources, &ALLOWED_HOSTS, |item| Ok(item.to_owned()))?
                .unwrap_or_default(),
            http_keep_alive: sources
                .read(&HTTP_KEEP_ALIVE_SECONDS, None, keep_alive)?
                .map_or(DEFAULT_KEEP_ALIVE, |seconds| {
                    Duration::from_secs(u64::from(seconds))
                }),
            web: WebSettings::read(sources)?,
            concurrency: sources
                .read(&WORKER_CONCURRENCY, flags.concurrency, concurrency)?
                .unwrap_or_else(default_concurrency),
            lease: Duration::from_secs(
                sources
                    .read(&WORKER_LEASE_SECONDS, None, lease)?
                    .map_or(30, u64::from),
            ),
            types: items(sources, &WORKER_TYPES, parsed)?,
            objectives: sources.objectives(),
            http_request_allow: items(sources, &HTTP_REQUEST_ALLOW, parsed)?.unwrap_or_default(),
            process_run_allow: items(sources, &PROCESS_RUN_ALLOW, parsed)?.unwrap_or_default(),
            retention_days: sources.read(&RETENTION_DAYS, None, retention)?.unwrap_or(7),
            allow_drills: flags.allow_drills
                || sources.read(&ALLOW_DRILLS, None, boolean)?.unwrap_or(false),
            alertmanager_url: sources
                .read(&ALERTMANAGER_URL, None, parse_url)?
                .map(String::from),
            ui_urls: items(sources, &UI_URLS, parsed)?.unwrap_or_default(),
            alert_webhook: alert_webhook::read(sources)?,
            pty: PtySettings::read(sources)?,
            log: sources.find(&LOG).map(|found| found.value),
            log_format: sources.read(&LOG_FORMAT, None, log_format)?,
            traces: traces::read(sources)?,
        })
    }
}

/// Returns the embedded data directory.
///
/// # Errors
/// When it is not configured and the home directory is unknown.
pub(crate) fn data_dir(sources: &Sources, flag: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(path) = sources.read(&DATA_DIR, flag, |text| Ok(PathBuf::from(text)))? {
        return Ok(path);
    }
    let base = etcetera::choose_base_strategy().map_err(|error| {
        Failure::usage("the data directory is not set and the home directory is unknown")
            .cause(error)
            .hint("set ODD_DATA_DIR")
    })?;
    Ok(base.data_dir().join("odd-dashboard"))
}

fn address(
    sources: &Sources,
    setting: &Setting,
    flag: Option<SocketAddr>,
) -> Result<SocketAddr, Failure> {
    let parse = |text: &str| {
        text.parse()
            .map_err(|_| "must be an address and port such as 127.0.0.1:3000 or [::1]:0".to_owned())
    };
    let default = setting.default.parse().expect("defaults are addresses");
    Ok(sources.read(setting, flag, parse)?.unwrap_or(default))
}

fn log_format(text: &str) -> Result<String, String> {
    matches!(text, "text" | "json")
        .then(|| text.to_owned())
        .ok_or_else(|| "must be text or json".to_owned())
}

fn default_concurrency() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    u32::try_from(cores * 16).unwrap_or(10_000).min(10_000)
}
