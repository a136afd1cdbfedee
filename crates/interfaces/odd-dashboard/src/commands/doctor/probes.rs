use std::path::PathBuf;
use std::time::Duration;

use odd_doctor::{
    BuildTarget, DeploymentAccess, ListenAddress, Probe, Setup, Target, TerminalFacts, ToolPath,
    deployment_probes, setup_probes,
};

use crate::build_info::BuildInfo;
use crate::context::Context;
use crate::failure::Failure;
use crate::observatory::server_probes;
use crate::role_name::RoleName;
use crate::settings::{ClusterSettings, ObservatoryFlags, ObservatorySettings, PTY_METRICS_ADDR};

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const ANSWER_LIMIT: Duration = Duration::from_secs(6);

/// Returns every probe for a target; on a platform that is not supported, only the one that reports that.
pub(super) fn all_probes(
    target: Target,
    data_dir: Option<PathBuf>,
    context: &Context,
) -> Result<Vec<Probe>, Failure> {
    let flags = ObservatoryFlags {
        data_dir,
        ..ObservatoryFlags::default()
    };
    let settings = ObservatorySettings::read(&context.sources, flags)?;
    let mut probes = setup_probes(setup(target, &settings));
    if BuildTarget::current().is_supported() {
        probes.extend(deployment_probes(access(context)?)?);
        let servers = ClusterSettings::read_configured(&context.sources)?;
        probes.extend(servers.as_ref().map_or(Ok(Vec::new()), server_probes)?);
    }
    Ok(probes)
}

/// Returns what an observatory with these settings would use on this machine.
pub(crate) fn setup(target: Target, settings: &ObservatorySettings) -> Setup {
    let address = |role: RoleName| ListenAddress {
        role: role.as_str().to_owned(),
        address: settings.addresses.of(role),
        variable: role.address_variable().to_owned(),
    };
    let pty_metrics = ListenAddress {
        role: "web-pty-metrics".to_owned(),
        address: settings.addresses.web_pty_metrics,
        variable: PTY_METRICS_ADDR.env.to_owned(),
    };
    Setup {
        target,
        platform: BuildTarget::current(),
        data_dir: settings.data_dir.clone(),
        addresses: RoleName::ALL
            .map(address)
            .into_iter()
            .chain([pty_metrics])
            .collect(),
        terminal: TerminalFacts::current(),
        tools: ToolPath::current(),
    }
}

fn access(context: &Context) -> Result<DeploymentAccess, Failure> {
    let build = BuildInfo::current();
    Ok(DeploymentAccess {
        client: context
            .client_settings()?
            .client_config(CONNECT_LIMIT, ANSWER_LIMIT),
        version: build.version.to_owned(),
        commit: build.commit.to_owned(),
        is_expected: context.names_observatory(),
    })
}
