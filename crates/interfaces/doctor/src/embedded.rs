use std::path::PathBuf;

use crate::{
    BuildTarget, Group, ListenAddress, LockState, Probe, TerminalFacts, clock, data_dir, machine,
};

/// What `up` would use on this machine.
#[derive(Debug, Clone)]
pub struct EmbeddedSetup {
    /// The platform of this binary.
    pub target: BuildTarget,
    /// The data directory.
    pub data_dir: PathBuf,
    /// The address of each role.
    pub addresses: Vec<ListenAddress>,
    /// The terminal of the user.
    pub terminal: TerminalFacts,
}

/// Returns the probes of this machine for an observatory in one process. On a platform that is not supported, the only probe
/// is the one that reports that.
pub fn embedded_probes(setup: EmbeddedSetup) -> Vec<Probe> {
    let target = setup.target;
    let platform = Probe::new("platform", Group::Platform, "Platform", async move {
        target.finding()
    });
    if !target.is_supported() {
        return vec![platform];
    }
    let mut probes = vec![platform];
    probes.extend(machine_probes(&setup));
    probes.extend(data_dir_probes(&setup));
    probes.extend(address_probes(&setup));
    probes.extend(terminal_probes(setup.terminal));
    probes
}

fn machine_probes(setup: &EmbeddedSetup) -> Vec<Probe> {
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

fn data_dir_probes(setup: &EmbeddedSetup) -> Vec<Probe> {
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

fn address_probes(setup: &EmbeddedSetup) -> Vec<Probe> {
    let probe = |address: &ListenAddress| {
        let (address, dir) = (address.clone(), setup.data_dir.clone());
        let id = format!("port-{}", address.role);
        Probe::blocking(id, Group::Ports, address.role.clone(), move || {
            let observatory = LockState::inspect(&dir).holder();
            address.check(observatory.map(|holder| holder.pid))
        })
    };
    setup.addresses.iter().map(probe).collect()
}

fn terminal_probes(facts: TerminalFacts) -> Vec<Probe> {
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

    fn setup(target: BuildTarget) -> EmbeddedSetup {
        EmbeddedSetup {
            target,
            data_dir: PathBuf::from("/nowhere"),
            addresses: vec![],
            terminal: TerminalFacts::default(),
        }
    }

    #[tokio::test]
    async fn unsupported_platform_is_the_only_check() {
        let target = BuildTarget {
            os: "freebsd",
            arch: "x86_64",
            libc: "",
        };
        let report = Checkup::start(embedded_probes(setup(target)))
            .finish()
            .await;
        assert_eq!(report.checks.len(), 1);
        assert_eq!(report.status, CheckStatus::Fail);
    }

    #[test]
    fn ids_are_unique() {
        let probes = embedded_probes(setup(BuildTarget::current()));
        let mut ids: Vec<String> = probes.iter().map(|probe| format!("{probe:?}")).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
