use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;

/// Longest reason of a collector in a message, in characters.
const LONGEST_REASON: usize = 300;

/// What the collector rejected in an export that it otherwise accepted. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Rejections(Arc<Mutex<Option<Rejected>>>);

/// Spans that the collector rejected.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    pub(super) spans: u64,
    /// The reason that the collector gave, or an empty text.
    pub(super) reason: String,
}

impl Rejections {
    /// Reads the response to an export, an `ExportTraceServiceResponse`. Other responses reject nothing.
    pub(super) fn note(&self, response: &[u8]) {
        let response = ExportTraceServiceResponse::decode(response).ok();
        let rejected = response
            .and_then(|response| response.partial_success)
            .map(|partial| Rejected {
                spans: u64::try_from(partial.rejected_spans).unwrap_or_default(),
                reason: partial.error_message.chars().take(LONGEST_REASON).collect(),
            });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            rejected.filter(|rejected| rejected.spans > 0);
    }

    /// Returns what was rejected in the last export, once.
    pub(super) fn take(&self) -> Option<Rejected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTracePartialSuccess;

    use super::*;

    #[test]
    fn only_responses_with_a_number_of_spans_reject_some() {
        let rejections = Rejections::default();
        let response = |rejected_spans| {
            let partial_success = ExportTracePartialSuccess {
                rejected_spans,
                error_message: "a".repeat(1_000),
            };
            let response = ExportTraceServiceResponse {
                partial_success: Some(partial_success),
            };
            response.encode_to_vec()
        };
        for accepted in [Vec::new(), b"{}".to_vec(), response(0), response(-1)] {
            rejections.note(&accepted);
            assert_eq!(rejections.take(), None);
        }
        rejections.note(&response(7));
        let rejected = rejections.take().expect("some");
        assert_eq!((rejected.spans, rejected.reason.len()), (7, LONGEST_REASON));
        assert_eq!(rejections.take(), None);
    }
}
