//! The built-in handlers, as the gateway and the processor use them.

mod simple_handlers;
mod trial;
