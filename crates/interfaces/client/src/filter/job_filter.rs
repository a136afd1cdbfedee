use std::fmt;
use std::str::FromStr;

use super::check::check;
use super::limits::LONGEST_FILTER;
use super::parse::parse;
use super::{FilterError, Term};

/// Selects jobs: those that meet every term. Without terms, all jobs.
///
/// ```
/// use odd_client::JobFilter;
/// use odd_contracts::Timestamp;
///
/// let filter: JobFilter = "status:failed !type:email since:1h".parse()?;
/// assert_eq!(filter.to_string(), "status:FAILED !type:email since:1h");
/// let query = filter.to_query(Timestamp::from_micros(1_700_000_000_000_000));
/// assert_eq!(query.not_types.len(), 1);
///
/// let error = "staus:FAILED".parse::<JobFilter>().expect_err("misspelt");
/// assert_eq!((error.span, error.replacement.as_deref()), (0..5, Some("status")));
/// # Ok::<(), odd_client::FilterError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobFilter {
    terms: Vec<Term>,
}

impl JobFilter {
    /// Creates a filter of terms.
    ///
    /// # Errors
    /// When no job can meet all of them, or the server would refuse one. The span is that in the text of the terms, joined by
    /// spaces.
    pub fn of(terms: &[Term]) -> Result<Self, FilterError> {
        let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
        terms.join(" ").parse()
    }

    /// Returns the terms in the order in which they were written.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Returns `true` if every job is selected.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

impl FromStr for JobFilter {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, FilterError> {
        if text.len() > LONGEST_FILTER {
            return Err(FilterError::new(
                0..text.len(),
                format!("the filter is longer than {LONGEST_FILTER} bytes"),
            ));
        }
        let terms = parse(text)?;
        check(&terms)?;
        Ok(Self {
            terms: terms.into_iter().map(|(_, term)| term).collect(),
        })
    }
}

impl fmt::Display for JobFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, term) in self.terms.iter().enumerate() {
            let space = if number > 0 { " " } else { "" };
            write!(f, "{space}{term}")?;
        }
        Ok(())
    }
}
