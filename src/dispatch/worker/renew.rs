//! Renews the leases of what is in hand, and cuts what was lost.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use super::{Shared, Worker};
use crate::clock::Boot;
use crate::dispatch::Handler;
use crate::dispatch::hold::Hold;
use crate::inbox::{InboxError, Lease};

/// The shortest time between two renewals.
const RENEWAL_MIN: Duration = Duration::from_millis(10);

impl<H: Handler> Worker<H> {
    /// Lengthens every lease in hand, in one call; an attempt whose lease is lost or over is cut: its context is void
    /// and its handler dropped. [`run`](Self::run) does it each third of the lease. Returns whether the inbox answered.
    pub async fn renew(&self) -> bool {
        self.inner.shared.renew().await
    }

    pub(super) async fn keep_renewing(&self) -> Infallible {
        let third = (self.inner.shared.settings.lease / 3).max(RENEWAL_MIN);
        let mut pause = third;
        loop {
            tokio::time::sleep(pause).await;
            // An inbox that fails is asked again soon, before the leases end.
            pause = if self.renew().await { third } else { (third / 4).max(RENEWAL_MIN) };
        }
    }
}

impl Shared {
    async fn renew(&self) -> bool {
        let now = self.common.clock.now();
        let (over, held): (Vec<_>, Vec<_>) =
            self.holds.all().into_iter().partition(|hold| hold.end() <= now.boot);
        over.iter().for_each(|hold| hold.lose());
        if held.is_empty() {
            return true;
        }
        let leases: Vec<Lease> = held.iter().map(|hold| hold.lease).collect();
        let lease = self.settings.lease;
        let asked = self.common.inbox.extend(&leases, lease, now);
        // Not longer than until it is time to ask again.
        match tokio::time::timeout((lease / 3).max(RENEWAL_MIN), asked).await {
            Ok(Ok(lost)) => {
                self.recovered();
                renewed(&held, lost, now.boot.after(lease));
                true
            }
            Ok(Err(error)) => {
                self.failed("renew leases in", &error);
                false
            }
            Err(_) => {
                self.failed("renew leases in", &InboxError::Unavailable("no answer in time".into()));
                false
            }
        }
    }
}

fn renewed(held: &[Arc<Hold>], lost: Vec<Lease>, end: Boot) {
    let lost: HashSet<Lease> = lost.into_iter().collect();
    for hold in held {
        if lost.contains(&hold.lease) {
            hold.lose();
        } else {
            hold.renewed(end);
        }
    }
}
