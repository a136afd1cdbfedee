//! The checks behind `doctor` and the Setup screen: of this machine, of the tools of a cluster, and of a running deployment.
//!
//! A check has a status, a detail and, unless it succeeded, a fix. A [`Probe`] produces one; a [`Checkup`] runs probes at the
//! same time, each with a time limit, and returns each check as soon as it is known, so that a user interface can show
//! the progress. This crate must not know stores and brokers: the program supplies probes of them.
//!
//! Entry points: [`setup_probes`] and [`deployment_probes`] for the lists, [`Checkup::start`] to run them.
//!
//! ```
//! use odd_doctor::{CheckStatus, Checkup, Finding, Group, Probe};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let probe = Probe::new("answer", Group::Machine, "Answer", async { Finding::ok("42") });
//! let mut checkup = Checkup::start(vec![probe]);
//! while let Some(check) = checkup.next().await {
//!     assert_eq!((check.status, check.detail.as_str()), (CheckStatus::Ok, "42"));
//! }
//! # });
//! ```

mod address;
mod address_holder;
mod build_target;
mod check;
mod check_status;
mod checkup;
mod clock;
mod data_dir;
mod deployment;
mod finding;
mod holder_process;
mod install;
mod lock;
mod machine;
mod probe;
mod report;
mod setup;
mod size;
mod target;
mod terminal;
mod tool;
mod tool_path;
mod tool_probes;
mod version;

pub use address::ListenAddress;
pub use build_target::{BuildTarget, SUPPORTED_TARGETS};
pub use check::{Check, Group};
pub use check_status::CheckStatus;
pub use checkup::Checkup;
pub use deployment::{DeploymentAccess, deployment_probes};
pub use finding::{Finding, Fix};
pub use holder_process::HolderProcess;
pub use install::PackageManager;
pub use lock::{LOCK_FILE, LockHolder, LockState};
pub use probe::Probe;
pub use report::{Report, Summary};
pub use setup::{Setup, setup_probes};
pub use target::Target;
pub use terminal::TerminalFacts;
pub use tool_path::ToolPath;
