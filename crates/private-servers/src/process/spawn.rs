use std::io;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{LazyLock, Mutex};
use std::thread;

struct SpawnRequest {
    command: Command,
    answer: SyncSender<io::Result<Child>>,
}

static REQUESTS: LazyLock<Mutex<Sender<SpawnRequest>>> = LazyLock::new(|| {
    let (sender, requests) = channel();
    thread::Builder::new()
        .name("private-servers".into())
        .spawn(|| serve(requests))
        .expect("a thread can be started");
    Mutex::new(sender)
});

/// Starts a command from a thread that lives until this process ends.
///
/// Linux sends the parent-death signal when the thread that started the child ends, which for a test is long before the
/// process ends: <https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html>.
pub(crate) fn spawn_from_permanent_thread(command: Command) -> io::Result<Child> {
    let (answer, answered) = sync_channel(1);
    REQUESTS
        .lock()
        .expect("no thread panics with the lock")
        .send(SpawnRequest { command, answer })
        .expect("the thread never ends");
    answered.recv().expect("every request is answered")
}

fn serve(requests: Receiver<SpawnRequest>) {
    for mut request in requests {
        let _receiver_dropped = request.answer.send(request.command.spawn());
    }
}
