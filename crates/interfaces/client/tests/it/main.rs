//! The client against a scripted server.

mod answers;
mod bulk;
mod resolve;
mod script;
mod stream;
