//! The role that accepts jobs and commands over HTTP
