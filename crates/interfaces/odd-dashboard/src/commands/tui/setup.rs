use odd_doctor::{Target, setup_probes};
use odd_tui::SetupProbes;

use super::launcher::loopback_address;
use crate::commands::doctor::setup;
use crate::context::Context;
use crate::settings::{ClientSettings, ObservatoryFlags, ObservatorySettings};

/// Returns the checks of this machine, for an observatory at the URLs of the interface; `None` when the settings are not
/// valid, which `up` reports.
pub(super) fn probes(context: &Context, client: &ClientSettings) -> Option<SetupProbes> {
    let flags = ObservatoryFlags {
        gateway_addr: loopback_address(&client.gateway_url),
        read_model_addr: loopback_address(&client.read_model_url),
        ..ObservatoryFlags::default()
    };
    let settings = ObservatorySettings::read(&context.sources, flags).ok()?;
    Some(SetupProbes::new(move || {
        setup_probes(setup(Target::Embedded, &settings))
    }))
}
