use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use odd_service_kit::SecretHash;
use prometheus_client::metrics::gauge::Gauge;
use tokio::time::Instant;
use uuid::Uuid;

use crate::config::Limits;
use crate::secret::new_secret;
use crate::session::{NewSession, Session};

/// Tickets of one client that are not used yet.
const TICKETS_PER_CLIENT: usize = 16;
/// Tickets of all clients that are not used yet.
const TICKETS: usize = 1_024;

/// The permission to open one connection.
pub(crate) struct Ticket {
    pub(crate) secret: SecretHash,
    pub(crate) expires_at: Instant,
    /// Address of the client that asked for it.
    pub(crate) client: IpAddr,
    /// Name of the token that it belongs to, or `anonymous`.
    pub(crate) caller: Arc<str>,
    pub(crate) purpose: Purpose,
}

/// What a ticket is for.
pub(crate) enum Purpose {
    /// A new session. The seat is kept for it.
    New(Box<NewSession>, Seat),
    /// A running session, which the ticket does not keep alive, and the reconnect token for it.
    Reconnect(Weak<Session>, SecretHash),
}

/// Every session and every unused ticket. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Registry {
    limits: Arc<Limits>,
    sessions: Arc<Mutex<Sessions>>,
    tickets: Arc<Mutex<Vec<Ticket>>>,
    running: Gauge,
}

#[derive(Default)]
struct Sessions {
    next_seat: u64,
    seats: HashMap<u64, Taken>,
}

/// A seat is taken from the ticket for a new session until the end of that session.
struct Taken {
    client: IpAddr,
    /// Present once the session has started.
    session: Option<Arc<Session>>,
    /// Whether another session has taken its place within the limit of the client.
    is_evicted: bool,
}

/// The place of one session within the limits. Dropping it makes the place free.
pub(crate) struct Seat {
    sessions: Arc<Mutex<Sessions>>,
    number: u64,
    running: Gauge,
}

/// Why there is no ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The client has too many sessions or unused tickets.
    ClientCap,
    /// There are too many sessions or unused tickets.
    ServerCap,
    /// The reconnect token is not valid for this caller.
    Gone,
}

impl Registry {
    /// Creates a registry that counts the running sessions in `running`.
    pub(crate) fn new(limits: Limits, running: Gauge) -> Self {
        Self {
            limits: Arc::new(limits),
            sessions: Arc::default(),
            tickets: Arc::default(),
            running,
        }
    }

    /// Returns the number of sessions that run.
    pub(crate) fn running(&self) -> usize {
        let sessions = lock(&self.sessions);
        let running = sessions.seats.values();
        running.filter(|taken| taken.session.is_some()).count()
    }

    /// Returns a ticket for a new session. If the client has as many sessions as it may have, its oldest unused ticket for a
    /// new session becomes invalid; without one, its oldest session without a connection ends. Both only if they belong to the
    /// same caller.
    ///
    /// # Errors
    /// Which limit is reached.
    pub(crate) fn issue_new(&self, new: NewSession) -> Result<String, Refusal> {
        self.check_tickets(new.client)?;
        let seat = self.take_seat_or_evict(new.client, &new.caller)?;
        let (client, caller) = (new.client, Arc::clone(&new.caller));
        Ok(self.issue(client, caller, Purpose::New(Box::new(new), seat)))
    }

    /// Returns a ticket for the session of this reconnect token, and its id.
    pub(crate) fn issue_reconnect(
        &self,
        client: IpAddr,
        caller: &Arc<str>,
        token: SecretHash,
    ) -> Result<(String, Uuid), Refusal> {
        self.check_tickets(client)?;
        let mut found = None;
        // Compared with every session, so that the time does not depend on which one it is.
        for session in self.sessions() {
            if session.accepts(&token) {
                found = Some(session);
            }
        }
        let session = found.filter(|session| session.caller == *caller);
        let session = session.ok_or(Refusal::Gone)?;
        let id = session.id;
        let purpose = Purpose::Reconnect(Arc::downgrade(&session), token);
        Ok((self.issue(client, Arc::clone(caller), purpose), id))
    }

    /// Takes a ticket out, if it is valid. `caller` is the one whose token the client has sent, too.
    pub(crate) fn redeem(&self, secret: &str, caller: Option<&str>) -> Option<Purpose> {
        let secret = SecretHash::of(secret);
        let mut tickets = self.valid_tickets();
        let mut found = None;
        for (index, ticket) in tickets.iter().enumerate() {
            if ticket.secret == secret {
                found = Some(index);
            }
        }
        let ticket = tickets.swap_remove(found?);
        let is_own = caller.is_none_or(|caller| *ticket.caller == *caller);
        is_own.then_some(ticket.purpose)
    }

    fn sessions(&self) -> Vec<Arc<Session>> {
        let sessions = lock(&self.sessions);
        let taken = sessions.seats.values();
        taken.filter_map(|taken| taken.session.clone()).collect()
    }

    fn take_seat_or_evict(&self, client: IpAddr, caller: &str) -> Result<Seat, Refusal> {
        match self.take_seat(client) {
            Err(Refusal::ClientCap)
                if self.cancel_ticket(client, caller) || self.evict_session(client, caller) =>
            {
                self.take_seat(client)
            }
            outcome => outcome,
        }
    }

    /// Drops the oldest unused ticket for a new session. Returns `false` if there is none.
    fn cancel_ticket(&self, client: IpAddr, caller: &str) -> bool {
        let mut tickets = lock(&self.tickets);
        let is_own = |ticket: &Ticket| ticket.client == client && *ticket.caller == *caller;
        let is_new = |ticket: &Ticket| matches!(ticket.purpose, Purpose::New(..));
        let oldest = tickets
            .iter()
            .enumerate()
            .filter(|(_, ticket)| is_own(ticket) && is_new(ticket))
            .min_by_key(|(_, ticket)| ticket.expires_at)
            .map(|(index, _)| index);
        oldest.map(|index| tickets.swap_remove(index)).is_some()
    }

    /// Ends the session that has been without a connection for the longest time. Returns `false` if every session has one. The
    /// session counts for the limit of the server until its program has ended.
    fn evict_session(&self, client: IpAddr, caller: &str) -> bool {
        let mut sessions = lock(&self.sessions);
        let seats = sessions.seats.values_mut();
        let oldest = seats
            .filter(|taken| taken.client == client && !taken.is_evicted)
            .filter_map(|taken| {
                let session = taken.session.clone()?;
                let since = session.detached_since()?;
                (*session.caller == *caller).then_some((since, taken, session))
            })
            .min_by_key(|(since, ..)| *since);
        let Some((_, taken, session)) = oldest else {
            return false;
        };
        taken.is_evicted = session.evict();
        taken.is_evicted
    }

    fn take_seat(&self, client: IpAddr) -> Result<Seat, Refusal> {
        let mut sessions = lock(&self.sessions);
        if sessions.seats.len() >= self.limits.max_sessions {
            return Err(Refusal::ServerCap);
        }
        let own = sessions.seats.values();
        let own = own.filter(|taken| taken.client == client && !taken.is_evicted);
        if own.count() >= self.limits.max_sessions_per_client {
            return Err(Refusal::ClientCap);
        }
        let number = sessions.next_seat;
        sessions.next_seat += 1;
        let taken = Taken {
            client,
            session: None,
            is_evicted: false,
        };
        sessions.seats.insert(number, taken);
        Ok(Seat {
            sessions: Arc::clone(&self.sessions),
            number,
            running: self.running.clone(),
        })
    }

    fn check_tickets(&self, client: IpAddr) -> Result<(), Refusal> {
        let tickets = self.valid_tickets();
        let own = tickets.iter().filter(|ticket| ticket.client == client);
        if own.count() >= TICKETS_PER_CLIENT {
            return Err(Refusal::ClientCap);
        }
        match tickets.len() < TICKETS {
            true => Ok(()),
            false => Err(Refusal::ServerCap),
        }
    }

    fn issue(&self, client: IpAddr, caller: Arc<str>, purpose: Purpose) -> String {
        let secret = new_secret();
        lock(&self.tickets).push(Ticket {
            secret: SecretHash::of(&secret),
            expires_at: Instant::now() + self.limits.ticket,
            client,
            caller,
            purpose,
        });
        secret
    }

    /// Returns the tickets that have not expired. The others are dropped.
    fn valid_tickets(&self) -> MutexGuard<'_, Vec<Ticket>> {
        let now = Instant::now();
        let mut tickets = lock(&self.tickets);
        tickets.retain(|ticket| ticket.expires_at > now);
        tickets
    }
}

impl Seat {
    /// Makes a session known, so that a client can attach to it again.
    pub(crate) fn occupy(&self, session: Arc<Session>) {
        if let Some(taken) = lock(&self.sessions).seats.get_mut(&self.number) {
            taken.session = Some(session);
            self.running.inc();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let taken = lock(&self.sessions).seats.remove(&self.number);
        // Not under the lock: it may be the last use of the session.
        if taken.is_some_and(|taken| taken.session.is_some()) {
            self.running.dec();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::{attach, new_session, started};

    #[tokio::test]
    async fn unused_ticket_does_not_keep_an_ended_session() {
        let registry = Registry::new(Limits::default(), Gauge::default());
        let ticket = registry.issue_new(new_session()).expect("a place");
        let Some(Purpose::New(new, seat)) = registry.redeem(&ticket, None) else {
            panic!("the ticket is valid");
        };
        let (session, task) = started();
        let (attached, _, token) = attach(&session, None, None);
        seat.occupy(Arc::clone(&session));
        let reconnect = registry.issue_reconnect(new.client, &new.caller, SecretHash::of(&token));
        assert!(reconnect.is_ok());
        let known = Arc::downgrade(&session);
        drop((attached, session, task, seat));
        assert!(known.upgrade().is_none());
    }
}
