//! Servers on one schema, each with its own way to the database.

use std::time::{Duration, Instant};

use line_bot_server::Handler;
use line_bot_server::line::UserId;
use line_bot_server::server::ACCEPT_DEADLINE;
use line_bot_server::simulator::{Act, Parcel, WebhookEvent};
use serde_json::json;

use crate::support::postgres::{self, Server};
use crate::support::{PATIENCE, Stage, TestApp};

/// LINE's patience with a webhook, and so the promise: whatever the database does, the answer comes before.
pub(super) const IN_TIME: Duration = Duration::from_secs(2);

/// LINE, and a schema of its own in a PostgreSQL.
pub(super) struct Scene {
    pub(super) stage: Stage,
    pub(super) schema: String,
}

impl Scene {
    /// LINE redelivers until a 2xx.
    pub(super) async fn new() -> Self {
        let schema = postgres::schema();
        let stage =
            Stage::redelivering().await.set("INBOX_URL", "postgres://each").set("INBOX_SCHEMA", &schema);
        Self { stage, schema }
    }

    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.stage = self.stage.set(name, value);
        self
    }

    /// A server that reaches the database by `url`, as strict with itself as it really is. LINE is pointed at it.
    pub(super) async fn start(&self, url: &str, handler: impl Handler) -> TestApp {
        let adjust = |config: &mut line_bot_server::Config| {
            url.clone_into(&mut config.inbox.url);
            config.server.accept_deadline = ACCEPT_DEADLINE;
        };
        self.stage.start_with(handler, adjust).await
    }

    /// From now on LINE's webhooks go there.
    pub(super) fn point_at(&self, app: &TestApp) {
        self.stage.sim.point_at(app.url("/callback"));
    }

    /// An event that is not delivered yet.
    pub(super) fn said(&self, user: &UserId, text: &str) -> WebhookEvent {
        self.stage.sim.compose(Act::say(user, text)).unwrap()
    }

    /// Posts an event past the simulator, who does not know of it: the status, whether it says when to come again, and
    /// how long it took.
    pub(super) async fn post(&self, app: &TestApp, event: &WebhookEvent) -> (u16, bool, Duration) {
        let body = json!({"destination": self.stage.sim.bot_user_id(), "events": [event.json]}).to_string();
        let begun = Instant::now();
        let answer = app.post("/callback", Some(self.stage.sim.secret()), body).await;
        let took = begun.elapsed();
        (answer.status().as_u16(), answer.headers().contains_key("retry-after"), took)
    }

    /// The database is away: 503 with `Retry-After`, in time.
    pub(super) async fn is_refused(&self, app: &TestApp, event: &WebhookEvent) {
        let (status, later, took) = self.post(app, event).await;
        assert_eq!((status, later), (503, true));
        assert!(took < IN_TIME, "{took:?}");
    }

    /// Delivers an event that may have been stored before, and waits until it was acked.
    pub(super) async fn redeliver(&self, event: &WebhookEvent) {
        self.stage.sim.deliver(Parcel::of([event.clone()]).as_redelivery());
        self.acked(event).await;
    }

    pub(super) async fn acked(&self, event: &WebhookEvent) {
        self.stage.sim.wait_for(PATIENCE, |ledger| ledger.acked().contains(&event.id)).await.unwrap();
    }

    /// Whether a webhook has been answered 503 since so many deliveries.
    pub(super) async fn refuses(&self, since: usize) {
        let refused = |ledger: &line_bot_server::simulator::Ledger| {
            ledger.deliveries().iter().skip(since).any(|one| !one.outcome.acked())
        };
        self.stage.sim.wait_for(PATIENCE, refused).await.unwrap();
    }

    /// Waits until no event is left in the database.
    pub(super) async fn idle(&self, server: &Server) {
        let client = server.client().await;
        let pending = format!("SELECT coalesce(sum(count), 0)::bigint FROM {}.lane", self.schema);
        let waiting = async {
            while client.query_one(&pending, &[]).await.unwrap().get::<_, i64>(0) > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "events are left");
    }

    /// Waits until everything is handled; then each of `texts` was heard by its user, once, in this order.
    pub(super) async fn was_heard(&self, server: &Server, expected: &[(&UserId, &[&str])]) {
        for (user, texts) in expected {
            crate::support::heard(&self.stage.sim, (*user).clone(), texts.len()).await;
        }
        self.idle(server).await;
        for (user, texts) in expected {
            let heard = self.stage.sim.heard((*user).clone());
            let heard: Vec<_> = heard.iter().map(|one| one.text()).collect();
            assert_eq!(&heard, texts);
        }
    }

    /// Every answer of the server to LINE came in time.
    pub(super) fn answered_in_time(&self) {
        for one in self.stage.sim.deliveries() {
            assert!(one.latency < IN_TIME, "{one:?}");
        }
    }
}

/// What a load balancer sees, and sees in time.
pub(super) async fn readiness(app: &TestApp) -> u16 {
    let begun = Instant::now();
    let status = app.get("/readyz").await.unwrap();
    let took = begun.elapsed();
    assert!(took < IN_TIME, "{took:?}");
    status
}

/// Waits until a load balancer would come again.
pub(super) async fn ready(app: &TestApp) {
    let waiting = async {
        while readiness(app).await != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "not ready again");
}

/// The lines of a log at a level.
pub(super) fn lines<'a>(log: &'a str, level: &str) -> Vec<&'a str> {
    let level = format!(" {level} ");
    log.lines().filter(|line| line.contains(&level)).collect()
}
