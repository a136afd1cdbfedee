//! The client against a server that says exactly what a test wants it to say.

mod answers;
mod script;
mod stream;
