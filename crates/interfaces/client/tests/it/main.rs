//! The client against a scripted server.

mod answers;
mod script;
mod stream;
