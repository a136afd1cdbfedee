mod alertmanager;
mod infra_copy;
mod prometheus;
