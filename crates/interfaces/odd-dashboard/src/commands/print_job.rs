use odd_contracts::Job;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{OutputFormat, job_detail, status_cell};

/// Prints everything about a job.
pub(super) fn print_job(context: &Context, job: &Job) -> Result<(), Failure> {
    let detail = |_| job_detail(job, context.printer.layout());
    context.printer.value(job, [job.id.to_string()], detail)
}

/// Prints a job after a command: with `-o table`, only its id and status.
pub(super) fn print_changed(context: &Context, job: &Job) -> Result<(), Failure> {
    if context.format() != OutputFormat::Table {
        return print_job(context, job);
    }
    let stopping = match job.cancel_requested {
        true => "  stop requested",
        false => "",
    };
    let status = status_cell(job.status, context.printer.colour);
    context
        .printer
        .line(&format!("{}  {status}{stopping}", job.id))
}
