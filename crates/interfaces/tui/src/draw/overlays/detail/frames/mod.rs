//! Snapshots of the detail, and what keys do in it.

mod samples;
mod screen;
mod sections;
mod summaries;
