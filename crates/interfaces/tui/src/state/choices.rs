use std::ops::Range;

/// A text that an input may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) text: String,
    /// What it is; may be empty.
    pub(crate) note: String,
    /// The bytes of the input that it replaces.
    pub(crate) span: Range<usize>,
}

/// The texts that are offered below or above an input, and the one that the user has moved to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    items: Vec<Choice>,
    chosen: Option<usize>,
}

impl Choices {
    pub(crate) fn of(items: Vec<Choice>) -> Self {
        Self {
            items,
            chosen: None,
        }
    }

    pub(crate) fn items(&self) -> &[Choice] {
        &self.items
    }

    /// Whether there is nothing to offer.
    pub(crate) fn is_closed(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn chosen_index(&self) -> Option<usize> {
        self.chosen
    }

    /// Returns the one that the user has moved to.
    pub(crate) fn chosen(&self) -> Option<&Choice> {
        self.items.get(self.chosen?)
    }

    /// Returns the one that the user has moved to, or else the first.
    pub(crate) fn likeliest(&self) -> Option<&Choice> {
        self.chosen().or_else(|| self.items.first())
    }

    /// Moves to the first one that continues what was typed, unless the user has moved to one.
    pub(crate) fn choose_continuation(&mut self, typed: &str) {
        let continues = |choice: &Choice| !typed.is_empty() && choice.text.starts_with(typed);
        self.chosen = self
            .chosen
            .or_else(|| self.items.iter().position(continues));
    }

    /// Moves by `step`, around the end; from nowhere to the first or the last.
    pub(crate) fn move_by(&mut self, step: isize) {
        let count = self.items.len().cast_signed();
        if count == 0 {
            return;
        }
        let from = match self.chosen {
            Some(index) => index.cast_signed(),
            None if step > 0 => -1,
            None => 0,
        };
        self.chosen = Some((from + step).rem_euclid(count).cast_unsigned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_goes_around_the_end() {
        let item = |text: &str| Choice {
            text: text.to_owned(),
            note: String::new(),
            span: 0..0,
        };
        let mut choices = Choices::of(vec![item("a"), item("b"), item("c")]);
        assert_eq!(choices.chosen(), None);
        assert_eq!(choices.likeliest(), Some(&item("a")));
        for (step, text) in [(1, "a"), (1, "b"), (1, "c"), (1, "a"), (-1, "c")] {
            choices.move_by(step);
            assert_eq!(choices.chosen(), Some(&item(text)));
        }
        let mut choices = Choices::of(vec![item("a"), item("b")]);
        choices.move_by(-1);
        assert_eq!(choices.chosen(), Some(&item("b")));
        let mut nothing = Choices::default();
        nothing.move_by(1);
        assert_eq!(nothing.chosen(), None);
    }
}
