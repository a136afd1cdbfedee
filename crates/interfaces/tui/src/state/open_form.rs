use super::{JobForm, Overlay, State};

impl State {
    /// Returns the form of a new job, if it is open.
    pub(crate) fn form_mut(&mut self) -> Option<&mut JobForm> {
        match self.overlays.last_mut() {
            Some(Overlay::Form(form)) => Some(form),
            _ => None,
        }
    }
}
