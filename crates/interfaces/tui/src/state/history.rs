use odd_contracts::JobId;

use crate::view::View;

/// Largest number of places that are remembered.
const LIMIT: usize = 100;

/// A place that can be shown again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) view: View,
    pub(crate) filter: String,
    /// The job whose detail is open.
    pub(crate) job: Option<JobId>,
}

/// The places before and after the present one.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    past: Vec<Location>,
    future: Vec<Location>,
    last_view: Option<View>,
}

impl History {
    /// Remembers the place that is left for another one.
    pub(crate) fn leave(&mut self, place: Location) {
        self.last_view = Some(place.view);
        self.future.clear();
        if self.past.last() != Some(&place) {
            self.past.push(place);
        }
        if self.past.len() > LIMIT {
            self.past.remove(0);
        }
    }

    /// Returns the place before `present`.
    pub(crate) fn back(&mut self, present: Location) -> Option<Location> {
        let place = self.past.pop()?;
        self.last_view = Some(present.view);
        self.future.push(present);
        Some(place)
    }

    /// Returns the place after `present`, if the user went back before.
    pub(crate) fn forward(&mut self, present: Location) -> Option<Location> {
        let place = self.future.pop()?;
        self.last_view = Some(present.view);
        self.past.push(present);
        Some(place)
    }

    /// Returns the view that was shown before this one.
    pub(crate) fn last_view(&self) -> Option<View> {
        self.last_view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(view: View) -> Location {
        Location {
            view,
            filter: String::new(),
            job: None,
        }
    }

    #[test]
    fn back_and_forward_visit_the_same_places() {
        let mut history = History::default();
        history.leave(place(View::Overview));
        history.leave(place(View::Jobs));
        let back = history.back(place(View::Events));
        assert_eq!(back, Some(place(View::Jobs)));
        assert_eq!(history.back(place(View::Jobs)), Some(place(View::Overview)));
        assert_eq!(history.back(place(View::Overview)), None);
        assert_eq!(
            history.forward(place(View::Overview)),
            Some(place(View::Jobs))
        );
        assert_eq!(
            history.forward(place(View::Jobs)),
            Some(place(View::Events))
        );
    }

    #[test]
    fn history_is_bounded() {
        let mut history = History::default();
        for step in 0..1_000 {
            history.leave(place(View::Overview.moved_by(step)));
        }
        let mut count = 0;
        while history.back(place(View::Jobs)).is_some() {
            count += 1;
        }
        assert_eq!(count, LIMIT);
    }
}
