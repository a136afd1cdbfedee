use odd_core::AttemptResult;
use odd_core::ports::{ClaimRequest, ClaimedJob, EndedAttempt, Lease, StoreError};
use tokio::sync::oneshot;

use super::DbResult;
use super::announce::AnsweredClaim;
use super::attempt::finish;
use super::claim::claim;
use super::returns::{Claimed, Returns};
use super::session::Session;

/// A claim that stands until it is served or its caller goes away.
pub(crate) struct ClaimTicket {
    pub(crate) request: ClaimRequest,
    pub(crate) reply: oneshot::Sender<Result<Claimed, StoreError>>,
}

struct Standing {
    ticket: ClaimTicket,
    tried: bool,
    claimed: Vec<ClaimedJob>,
}

/// The standing claims, in order of arrival.
pub(super) struct Waiting {
    tickets: Vec<Standing>,
    returns: Returns,
    /// What was taken from `returns` to be released in the present transaction, or in the next one when that fails.
    releasing: Vec<Lease>,
}

impl Waiting {
    pub(super) fn new(returns: Returns) -> Self {
        Self {
            tickets: Vec::new(),
            returns,
            releasing: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, ticket: ClaimTicket) {
        self.tickets
            .retain(|standing| !standing.ticket.reply.is_closed());
        self.tickets.push(Standing {
            ticket,
            tried: false,
            claimed: Vec::new(),
        });
    }

    /// Whether a claim has not been tried since it arrived, or claims are to be released.
    pub(super) fn is_due(&self) -> bool {
        self.tickets.iter().any(|standing| !standing.tried) || !self.returns.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.tickets.clear();
    }

    /// Releases claims that nobody took.
    pub(super) fn take_back(&mut self, session: &mut Session<'_, '_>) -> DbResult<()> {
        self.returns.drain_into(&mut self.releasing);
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

    /// Serves as many claims as there are ready jobs.
    pub(super) fn serve(&mut self, session: &mut Session<'_, '_>) -> DbResult<()> {
        for standing in &mut self.tickets {
            standing.tried = true;
            if !standing.ticket.reply.is_closed() {
                standing.claimed = claim(session, &standing.ticket.request)?;
            }
        }
        Ok(())
    }

    /// The claims that got something, or would not wait, once their transaction is over.
    pub(super) fn answers(&mut self, committed: &Result<(), StoreError>) -> Vec<AnsweredClaim> {
        if let Err(error) = committed {
            // Nothing was claimed; the callers hear of it and ask again.
            let refused = self.tickets.drain(..).map(|standing| AnsweredClaim {
                reply: standing.ticket.reply,
                answer: Err(error.clone()),
            });
            return refused.collect();
        }
        self.releasing.clear();
        let over = self.tickets.extract_if(.., |standing| standing.is_over());
        over.map(|standing| AnsweredClaim {
            reply: standing.ticket.reply,
            answer: Ok(self.returns.guard(standing.claimed)),
        })
        .collect()
    }
}

impl Standing {
    fn is_over(&self) -> bool {
        let is_served = !self.claimed.is_empty() || self.ticket.request.wait.is_zero();
        (self.tried && is_served) || self.ticket.reply.is_closed()
    }
}
