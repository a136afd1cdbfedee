//! Typed client of gateway and read-model
