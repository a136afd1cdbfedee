use odd_deploy::Mode;

use super::prepare::prepare;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Stops a deployment, and deletes its data if `delete_data`.
pub(in crate::commands) fn down(
    mode: Mode,
    delete_data: bool,
    context: &Context,
) -> Result<Exit, Failure> {
    context.block_on(async {
        let (_, stack) = prepare(mode, None, context).await?;
        stack.down(delete_data).await?;
        let name = mode.as_str();
        context.printer.note(&match delete_data {
            true => format!("the deployment `{name}` has stopped, and its data is deleted"),
            false => format!(
                "the deployment `{name}` has stopped; its data is kept for the next `up --compose {name}`"
            ),
        });
        Ok(Exit::Ok)
    })
}
