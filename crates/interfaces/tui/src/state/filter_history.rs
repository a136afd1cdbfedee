use super::FilterTarget;

/// Largest number of filters of one table that are remembered.
const LIMIT: usize = 50;

/// The filters that were applied, newest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterHistory {
    texts: [Vec<String>; 3],
}

impl FilterHistory {
    /// Remembers a filter as the newest one.
    pub(crate) fn remember(&mut self, target: FilterTarget, text: &str) {
        let texts = &mut self.texts[target as usize];
        if text.is_empty() {
            return;
        }
        texts.retain(|known| known != text);
        texts.insert(0, text.to_owned());
        texts.truncate(LIMIT);
    }

    /// Returns the filter at a position from the newest.
    pub(crate) fn get(&self, target: FilterTarget, index: usize) -> Option<&str> {
        self.texts[target as usize].get(index).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_is_remembered_once_and_few_are() {
        let mut history = FilterHistory::default();
        for number in 0..100 {
            history.remember(FilterTarget::Jobs, &format!("type:t{number}"));
        }
        history.remember(FilterTarget::Jobs, "type:t98");
        history.remember(FilterTarget::Jobs, "");
        let get = |index| history.get(FilterTarget::Jobs, index);
        assert_eq!(
            (get(0), get(1), get(2)),
            (Some("type:t98"), Some("type:t99"), Some("type:t97"))
        );
        assert_eq!((get(LIMIT - 1).is_some(), get(LIMIT)), (true, None));
        assert_eq!(history.get(FilterTarget::Events, 0), None);
    }
}
