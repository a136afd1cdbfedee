use std::io;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{LazyLock, Mutex};
use std::thread;

struct Order {
    command: Command,
    answer: SyncSender<io::Result<Child>>,
}

static ORDERS: LazyLock<Mutex<Sender<Order>>> = LazyLock::new(|| {
    let (sender, orders) = channel();
    thread::Builder::new()
        .name("private-servers".into())
        .spawn(|| serve(orders))
        .expect("a thread can be started");
    Mutex::new(sender)
});

/// Starts a command from a thread that lives as long as this process.
///
/// Linux sends the death signal of a child when the thread that started it ends, which for a test is long before the
/// process does: <https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html>.
pub(super) fn from_a_lasting_thread(command: Command) -> io::Result<Child> {
    let (answer, answered) = sync_channel(1);
    ORDERS
        .lock()
        .expect("no one panics with the lock")
        .send(Order { command, answer })
        .expect("the thread never ends");
    answered.recv().expect("every order is answered")
}

fn serve(orders: Receiver<Order>) {
    for mut order in orders {
        let _nobody_waits = order.answer.send(order.command.spawn());
    }
}
