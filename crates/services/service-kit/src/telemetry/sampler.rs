use odd_contracts::TraceContext;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt, TraceId};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample};

use super::span::span_context;

/// The share of traces that is recorded by default.
const DEFAULT_RATIO: f64 = 0.1;

/// A sampler that is not among those of the OpenTelemetry specification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSampler {
    /// The name is unknown.
    #[error(
        "must be always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or \
         parentbased_traceidratio"
    )]
    Name,
    /// The ratio is not a share.
    #[error("must be a number from 0 to 1")]
    Ratio,
}

/// Decides which traces are recorded.
#[derive(Debug, Clone)]
pub struct TraceSampler(Sampler);

impl Default for TraceSampler {
    /// Records what the sender of a request records, and a tenth of the other traces.
    fn default() -> Self {
        Self::named("parentbased_traceidratio", DEFAULT_RATIO).expect("a name of the specification")
    }
}

impl TraceSampler {
    /// Returns the sampler with a name of the
    /// [specification](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). `ratio` is the
    /// share of traces that the samplers named after it record.
    ///
    /// # Errors
    /// If the name is unknown.
    pub fn named(name: &str, ratio: f64) -> Result<Self, InvalidSampler> {
        let (root, is_parent_based) = match name.strip_prefix("parentbased_") {
            Some(root) => (root, true),
            None => (name, false),
        };
        let root = match root {
            "always_on" => Sampler::AlwaysOn,
            "always_off" => Sampler::AlwaysOff,
            "traceidratio" => Sampler::TraceIdRatioBased(ratio),
            _ => return Err(InvalidSampler::Name),
        };
        Ok(Self(match is_parent_based {
            true => Sampler::ParentBased(Box::new(root)),
            false => root,
        }))
    }

    /// Parses the share of traces.
    ///
    /// # Errors
    /// If the text is not a number from 0 to 1.
    pub fn parse_ratio(text: &str) -> Result<f64, InvalidSampler> {
        let ratio = text.parse().map_err(|_| InvalidSampler::Ratio)?;
        match (0.0..=1.0).contains(&ratio) {
            true => Ok(ratio),
            false => Err(InvalidSampler::Ratio),
        }
    }

    /// Returns the share of traces without a setting.
    pub const fn default_ratio() -> f64 {
        DEFAULT_RATIO
    }

    /// Returns `true` if a request is recorded, given the id of its trace and the span that sent it.
    pub(super) fn is_sampled(&self, trace_id: [u8; 16], parent: Option<TraceContext>) -> bool {
        let parent = parent
            .map(|parent| Context::new().with_remote_span_context(span_context(parent, true)));
        let result = self.0.should_sample(
            parent.as_ref(),
            TraceId::from_bytes(trace_id),
            "",
            &SpanKind::Server,
            &[],
            &[],
        );
        result.decision == SamplingDecision::RecordAndSample
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator};

    use super::*;

    fn sampled(sampler: &TraceSampler, flags: &str) -> bool {
        let text = format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
        let parent: TraceContext = text.parse().expect("valid");
        sampler.is_sampled(parent.trace_id(), Some(parent))
    }

    fn named(name: &str, ratio: f64) -> TraceSampler {
        TraceSampler::named(name, ratio).expect("known")
    }

    #[test]
    fn parent_based_samplers_follow_the_sender() {
        for (name, ratio) in [
            ("always_on", 0.0),
            ("always_off", 1.0),
            ("traceidratio", 0.0),
        ] {
            let sampler = named(&format!("parentbased_{name}"), ratio);
            assert!(sampled(&sampler, "01"), "{name}");
            assert!(!sampled(&sampler, "00"), "{name}");
        }
        assert!(sampled(&named("always_on", 0.0), "00"));
        assert!(!sampled(&named("always_off", 0.0), "01"));
    }

    #[test]
    fn the_ratio_is_the_share_of_traces_without_a_sender() {
        let share = |sampler: &TraceSampler| {
            let ids = (0..10_000).map(|_| RandomIdGenerator::default().new_trace_id().to_bytes());
            ids.filter(|id| sampler.is_sampled(*id, None)).count()
        };
        assert_eq!(share(&named("parentbased_traceidratio", 0.0)), 0);
        assert_eq!(share(&named("parentbased_traceidratio", 1.0)), 10_000);
        let tenth = share(&TraceSampler::default());
        assert!((800..1_200).contains(&tenth), "{tenth}");
    }

    #[test]
    fn unknown_names_and_ratios_are_rejected() {
        for name in ["", "on", "parentbased_", "jaeger_remote", "always_on_"] {
            assert_eq!(
                TraceSampler::named(name, 0.5).err(),
                Some(InvalidSampler::Name)
            );
        }
        for text in ["", "-0.1", "1.1", "NaN", "10%"] {
            assert_eq!(
                TraceSampler::parse_ratio(text),
                Err(InvalidSampler::Ratio),
                "{text}"
            );
        }
        assert_eq!(TraceSampler::parse_ratio("0.25"), Ok(0.25));
    }
}
