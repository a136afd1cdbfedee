use std::path::PathBuf;

use crate::tool_probes::tool_probes;
use crate::{
    BuildTarget, Group, ListenAddress, LockState, Probe, Target, TerminalFacts, ToolPath, clock,
    data_dir, machine,
};

/// What an observatory would use on this machine.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where the observatory runs, or is going to run.
    pub target: Target,
    /// The platform of this binary.
    pub platform: BuildTarget,
    /// The data directory of an embedded observatory.
    pub data_dir: PathBuf,
    /// The address of each role of an embedded observatory.
    pub addresses: Vec<ListenAddress>,
    /// The terminal of the user.
    pub terminal: TerminalFacts,
    /// Where the tools of a cluster are installed.
    pub tools: ToolPath,
}

/// Returns the probes of this machine. On a platform that is not supported, the only probe is the one that reports that.
pub fn setup_probes(setup: Setup) -> Vec<Probe> {
    let platform = setup.platform;
    let mut probes = vec![Probe::new(
        "platform",
        Group::Platform,
        "Platform",
        async move { platform.finding() },
    )];
    if !platform.is_supported() {
        return probes;
    }
    probes.extend(machine_probes(&setup));
    if setup.target == Target::Embedded {
        probes.extend(data_dir_probes(&setup));
        probes.extend(address_probes(&setup));
    }
    probes.extend(tool_probes(setup.target, &setup.tools));
    probes.extend(terminal_probes(&setup.terminal));
    probes
}

fn machine_probes(setup: &Setup) -> Vec<Probe> {
    let data_dir = setup.data_dir.clone();
    let group = Group::Machine;
    vec![
        Probe::blocking("disk", group, "Disk space", move || {
            machine::disk(&data_dir)
        }),
        Probe::blocking("memory", group, "Memory", machine::memory),
        Probe::blocking("open-files", group, "Open files", machine::open_files),
        Probe::blocking("clock", group, "Clock", || {
            clock::plausible(jiff::Timestamp::now())
        }),
    ]
}

fn data_dir_probes(setup: &Setup) -> Vec<Probe> {
    let dir = || setup.data_dir.clone();
    let group = Group::DataDirectory;
    let (first, second, third) = (dir(), dir(), dir());
    vec![
        Probe::blocking("data-directory", group, "Directory", move || {
            data_dir::writable(&first)
        }),
        Probe::blocking("data-directory-private", group, "Permissions", move || {
            data_dir::private(&second)
        }),
        Probe::blocking("data-directory-lock", group, "Use", move || {
            data_dir::lock(&third)
        }),
    ]
}

fn address_probes(setup: &Setup) -> Vec<Probe> {
    let probe = |address: &ListenAddress| {
        let (address, dir) = (address.clone(), setup.data_dir.clone());
        let id = format!("port-{}", address.role);
        Probe::blocking(id, Group::Ports, address.role.clone(), move || {
            address.check(&LockState::inspect(&dir))
        })
    };
    setup.addresses.iter().map(probe).collect()
}

fn terminal_probes(facts: &TerminalFacts) -> Vec<Probe> {
    let group = Group::Terminal;
    let (size, colours) = (facts.check_size(), facts.check_colours());
    let (text, multiplexer) = (facts.check_text(), facts.check_multiplexer());
    vec![
        Probe::new("terminal-size", group, "Size", async { size }),
        Probe::new("terminal-colours", group, "Colours", async { colours }),
        Probe::new("terminal-text", group, "Text", async { text }),
        Probe::new("terminal-multiplexer", group, "Multiplexer", async {
            multiplexer
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CheckStatus, Checkup};

    fn setup(target: Target, platform: BuildTarget) -> Setup {
        Setup {
            target,
            platform,
            data_dir: PathBuf::from("/nowhere"),
            addresses: vec![],
            terminal: TerminalFacts::default(),
            tools: ToolPath::new("".into()),
        }
    }

    #[tokio::test]
    async fn unsupported_platform_is_the_only_check() {
        let platform = BuildTarget {
            os: "freebsd",
            arch: "x86_64",
            libc: "",
        };
        let probes = setup_probes(setup(Target::Kind, platform));
        let report = Checkup::start(probes).finish().await;
        assert_eq!(report.checks.len(), 1);
        assert_eq!(report.status, CheckStatus::Fail);
    }

    #[test]
    fn ids_are_unique_for_every_target() {
        for target in Target::ALL {
            let probes = setup_probes(setup(target, BuildTarget::current()));
            let mut ids: Vec<String> = probes.iter().map(|probe| format!("{probe:?}")).collect();
            let count = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count, "{target:?}");
        }
    }

    #[tokio::test]
    async fn cluster_targets_need_tools_and_no_data_directory() {
        let probes = setup_probes(setup(Target::Compose, BuildTarget::current()));
        let report = Checkup::start(probes).finish().await;
        let has = |id: &str| report.checks.iter().any(|check| check.id == id);
        assert!(has("docker-client") && has("memory") && !has("data-directory"));
    }
}
