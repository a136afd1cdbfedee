//! The role that runs jobs, and the maintainer beside it
