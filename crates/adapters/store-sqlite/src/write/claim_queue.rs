use odd_core::AttemptResult;
use odd_core::ports::{EndedAttempt, Lease, StoreError};

use super::abandoned_claims::AbandonedClaims;
use super::attempt::finish;
use super::claim::{ClaimOutcome, claim};
use super::message::ClaimTicket;
use super::notifier::AnsweredClaim;
use super::session::Session;
use crate::error::DbResult;

struct PendingClaim {
    ticket: ClaimTicket,
    /// A transaction has tried to serve it.
    tried: bool,
    /// What the last transaction did for it.
    outcome: ClaimOutcome,
}

/// Claims that wait for ready jobs, in order of arrival.
pub(super) struct ClaimQueue {
    claims: Vec<PendingClaim>,
    abandoned: AbandonedClaims,
    /// Leases from `abandoned`, to release in the current transaction, or in the next one if that fails.
    releasing: Vec<Lease>,
}

impl ClaimQueue {
    pub(super) fn new(abandoned: AbandonedClaims) -> Self {
        Self {
            claims: Vec::new(),
            abandoned,
            releasing: Vec::new(),
        }
    }

    /// Adds a claim, and removes those whose callers went away.
    pub(super) fn push(&mut self, ticket: ClaimTicket) {
        self.claims.retain(|claim| !claim.ticket.reply.is_closed());
        self.claims.push(PendingClaim {
            ticket,
            tried: false,
            outcome: ClaimOutcome::default(),
        });
    }

    /// Returns `true` if a claim was not tried since it arrived, or abandoned claims are to be released.
    pub(super) fn needs_transaction(&self) -> bool {
        let has_untried = self.claims.iter().any(|claim| !claim.tried);
        has_untried || !self.abandoned.is_empty() || !self.releasing.is_empty()
    }

    /// Drops all claims; their callers see a closed store.
    pub(super) fn clear(&mut self) {
        self.claims.clear();
    }

    /// Releases the leases of abandoned claims.
    pub(super) fn release_abandoned(&mut self, session: &mut Session<'_, '_>) -> DbResult<()> {
        self.abandoned.drain_into(&mut self.releasing);
        if self.releasing.is_empty() {
            return Ok(());
        }
        let release = |lease: &Lease| EndedAttempt {
            lease: *lease,
            result: AttemptResult::Released,
        };
        // A lease that is no longer valid needs no release.
        let released: Vec<EndedAttempt> = self.releasing.iter().map(release).collect();
        finish(session, &released, || 0.0).map(drop)
    }

    /// Serves claims in order while there are ready jobs.
    pub(super) fn serve(&mut self, session: &mut Session<'_, '_>) -> DbResult<()> {
        for pending in &mut self.claims {
            pending.tried = true;
            if !pending.ticket.reply.is_closed() {
                pending.outcome = claim(session, &pending.ticket.request)?;
            }
        }
        Ok(())
    }

    /// Removes and answers the claims that are finished once a transaction has ended; all of them if it failed. Reports
    /// the jobs that a committed transaction refused.
    pub(super) fn answers(&mut self, committed: &Result<(), StoreError>) -> Vec<AnsweredClaim> {
        if let Err(error) = committed {
            let refused = self.claims.drain(..).map(|claim| AnsweredClaim {
                reply: claim.ticket.reply,
                answer: Err(error.clone()),
            });
            return refused.collect();
        }
        self.releasing.clear();
        for PendingClaim {
            ticket, outcome, ..
        } in &mut self.claims
        {
            ticket.request.report_refused(outcome.refused.drain(..));
        }
        let finished = self.claims.extract_if(.., |claim| claim.is_finished());
        finished
            .map(|claim| AnsweredClaim {
                reply: claim.ticket.reply,
                answer: Ok(self.abandoned.guard(claim.outcome.claimed)),
            })
            .collect()
    }
}

impl PendingClaim {
    /// Returns `true` if the claim has jobs, does not wait for any, or its caller went away.
    fn is_finished(&self) -> bool {
        let is_served = !self.outcome.claimed.is_empty() || self.ticket.request.wait.is_zero();
        (self.tried && is_served) || self.ticket.reply.is_closed()
    }
}
