//! Does the work that the state asks for, in the background, and sends the results back as messages.

mod change;
mod desktop;
mod follow;
mod links;
mod load;
mod observatory;
mod server;
mod setup;
mod user_command;
mod workbench;

pub(crate) use desktop::Desktop;
pub(crate) use server::Server;
pub(crate) use workbench::Workbench;
