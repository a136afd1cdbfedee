//! The one query API for every interface
