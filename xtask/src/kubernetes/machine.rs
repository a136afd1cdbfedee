use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use odd_private_servers::{dependent_command, spawn_dependent};

use crate::process;

const POLL: Duration = Duration::from_millis(20);
const LIMIT: Duration = Duration::from_secs(20);
/// The first process: it waits, and reaps the others.
const FIRST: &str = "while :; do sleep 1000 & wait $!; done";
/// The folder of containers, in each hierarchy of control groups.
const GROUPS: &str = "k8s.io";
/// What the kubelet sets for the whole machine.
const SETTINGS: [&str; 6] = [
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
];

/// A network, mounts and processes that the rest of the machine does not see. When this value is dropped or this process is
/// killed, the kernel ends the processes and removes the rest.
pub(crate) struct Machine {
    holder: Child,
    first: u32,
}

impl Machine {
    /// Creates the machine with one network interface, at whose address its DNS server answers. `folder` is empty and stays
    /// visible inside.
    pub(crate) fn start(folder: &Path, address: &str) -> anyhow::Result<Self> {
        let mut holder = dependent_command("unshare");
        holder
            .args(["--net", "--mount", "--pid", "--fork", "--kill-child"])
            .args(["--mount-proc", "--propagation=private", "sh", "-c", FIRST])
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let holder = spawn_dependent(holder).context("cannot start unshare")?;
        let mut machine = Self { holder, first: 0 };
        machine.first = machine.await_first()?;
        machine.connect(address)?;
        let resolver = folder.join("resolv.conf");
        fs::write(&resolver, format!("nameserver {address}\n"))?;
        machine.replace(Path::new("/etc/resolv.conf"), &resolver)?;
        machine.isolate(folder)?;
        Ok(machine)
    }

    /// Returns the words before a program that runs inside.
    pub(crate) fn entry(&self) -> Vec<OsString> {
        let target = self.first.to_string();
        [
            "nsenter", "--net", "--mount", "--pid", "--target", &target, "--",
        ]
        .map(OsString::from)
        .to_vec()
    }

    /// Returns a command that runs inside.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let entry = self.entry();
        let mut command = Command::new(&entry[0]);
        command.args(&entry[1..]).arg(program);
        command
    }

    fn await_first(&mut self) -> anyhow::Result<u32> {
        let id = self.holder.id();
        let children = format!("/proc/{id}/task/{id}/children");
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(status) = self.holder.try_wait()? {
                bail!("unshare ended ({status}); it needs root");
            }
            let text = fs::read_to_string(&children).unwrap_or_default();
            // Until then, the namespaces of the child are not complete.
            let has_started = |child: &u32| {
                fs::read_to_string(format!("/proc/{child}/comm")).is_ok_and(|name| name == "sh\n")
            };
            let child = text.trim().parse::<u32>().ok();
            if let Some(child) = child.filter(has_started) {
                return Ok(child);
            }
            if Instant::now() >= deadline {
                bail!("unshare starts no process");
            }
            thread::sleep(POLL);
        }
    }

    /// Creates an interface, whose other end leads nowhere.
    fn connect(&self, address: &str) -> anyhow::Result<()> {
        for arguments in [
            "link set lo up",
            "link add node0 type veth peer name node1",
            "link set node0 up",
            "link set node1 up",
            &format!("addr add {address}/24 dev node0"),
            "route add default dev node0",
        ] {
            process::run(self.command("ip").args(arguments.split(' ')))?;
        }
        process::run(
            self.command("sysctl")
                .args(["-qw", "net.ipv4.ip_forward=1"]),
        )
    }

    /// Puts a file in front of another one.
    fn replace(&self, hidden: &Path, file: &Path) -> anyhow::Result<()> {
        let mut mount = self.command("mount");
        process::run(mount.arg("--bind").arg(file).arg(hidden))
    }

    /// Puts files in front of what a node changes outside of its folders.
    fn isolate(&self, folder: &Path) -> anyhow::Result<()> {
        for setting in SETTINGS {
            let setting_file = Path::new("/proc/sys").join(setting);
            let copy = folder.join(setting.replace('/', "."));
            fs::write(&copy, fs::read(&setting_file)?)?;
            self.replace(&setting_file, &copy)?;
        }
        for folder in ["/run", "/var/lib", "/var/log"] {
            let mut mount = self.command("mount");
            process::run(mount.args(["-t", "tmpfs", "node", folder]))?;
        }
        Ok(())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        self.holder.kill().ok();
        self.holder.wait().ok();
        let first = format!("/proc/{}", self.first);
        let deadline = Instant::now() + LIMIT;
        while Path::new(&first).exists() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        remove_groups();
    }
}

/// Removes the control groups of containers that have ended. The kernel refuses to remove the others.
fn remove_groups() {
    let controllers = fs::read_dir("/sys/fs/cgroup")
        .into_iter()
        .flatten()
        .flatten();
    for folder in controllers
        .map(|entry| entry.path().join(GROUPS))
        .chain([Path::new("/sys/fs/cgroup").join(GROUPS)])
    {
        let groups = fs::read_dir(&folder).into_iter().flatten().flatten();
        for group in groups {
            fs::remove_dir(group.path()).ok();
        }
        fs::remove_dir(folder).ok();
    }
}
