use super::{JobForm, Overlay, State};

impl State {
    /// Returns the form of a new job, if keys go to it.
    pub(crate) fn form_mut(&mut self) -> Option<&mut JobForm> {
        match self.overlays.last_mut() {
            Some(Overlay::Form(form)) => Some(form),
            _ => None,
        }
    }

    /// Returns the form of a new job, if it is open, also below another window.
    pub(crate) fn any_form_mut(&mut self) -> Option<&mut JobForm> {
        let mut overlays = self.overlays.iter_mut().rev();
        overlays.find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(&mut **form),
            _ => None,
        })
    }
}
