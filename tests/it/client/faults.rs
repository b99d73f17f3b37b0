//! The table of faults: what goes wrong on LINE's side or on the way there, and what comes of each kind of call. The
//! client has the settings of the product.
//!
//! Each row is one kind of call: `reply` (its token keeps it single), `push`, `multicast` and `narrowcast` (their
//! retry keys do), `read` (repeated without harm), `create` (makes something new each time). Behind it stand the statuses of its requests as the metric
//! counts them, what the caller is told, and how often LINE carried it out.

use std::collections::BTreeMap;
use std::time::Duration;

use line_bot_server::client::api::message::{MulticastError, PartOutcome};
use line_bot_server::client::{
    Client, ClientError, ErrorKind, Grant, IssuerSettings, Shared, TokenLife, TokenSource,
};
use line_bot_server::clock::Clock;
use line_bot_server::config::Config;
use line_bot_server::line::ReplyToken;
use line_bot_server::simulator::{Fault, Harm, Settings, Simulator};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};

use super::scripted::http;
use crate::support::{Logged, keys};

use Kind::{Create, Multicast, Narrowcast, Push, Read, Reply};
use Told::{Done, DoneUnread, Quota, Refused, Unknown, Unreadable};

const TEXT: &str = "what the user is told";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Reply,
    Push,
    Multicast,
    Narrowcast,
    Read,
    Create,
}

impl Kind {
    /// What the client calls the endpoint, and what the simulator does.
    fn names(self) -> [&'static str; 2] {
        match self {
            Reply => ["reply", "reply"],
            Push => ["push", "push"],
            Multicast => ["multicast", "multicast"],
            Narrowcast => ["narrowcast", "narrowcast"],
            Read => ["bot_info", "bot-info"],
            Create => ["issue_token_v2_1", "issue-token-v2-1"],
        }
    }
}

/// What the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Done, with all that LINE answered.
    Done,
    /// Done, but what LINE answered is not known: no sent messages.
    DoneUnread,
    /// It may have been done.
    Unknown,
    /// LINE refused it, and later may be better.
    Refused(u16),
    /// The month's messages are used up.
    Quota,
    /// It was done, and the answer cannot be read.
    Unreadable,
}

type Row = (Kind, &'static [&'static str], Told, usize);

/// LINE, and a client with the product's settings.
struct Scene {
    sim: Simulator,
    client: Client,
}

impl Scene {
    async fn new(attempt_timeout: Duration) -> Self {
        let assertion_key = Some(keys::registered());
        let sim = Simulator::start(Settings { assertion_key, ..Settings::default() }).await.unwrap();
        let base = sim.base_url();
        let variables = [
            ("LINE_CHANNEL_SECRET", sim.secret()),
            ("LINE_CHANNEL_ID", sim.channel_id()),
            ("LINE_API_BASE_URL", &base),
        ];
        let variables: BTreeMap<_, _> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut settings = Config::load(&variables).unwrap().channels.remove(0).client;
        settings.attempt_timeout = attempt_timeout;
        let tokens = TokenSource::issued(IssuerSettings {
            channel_id: sim.channel_id().to_owned(),
            grant: Grant::Stateless(Shared::new(sim.secret().into())),
            api_base_url: base.clone(),
            transport: http(),
            clock: Clock::system(),
            timeout: Duration::from_secs(20),
        });
        let client = Client::new(settings, http(), tokens, Clock::system());
        // The token is not what this is about.
        client.quota().await.unwrap();
        Self { sim, client }
    }

    /// Makes one call, and returns what the caller was told and how often LINE carried it out.
    async fn call(&self, kind: Kind) -> (Told, usize, Option<ClientError>) {
        let alice = self.sim.user("Alice");
        let effects = |key: &str| self.sim.ledger(|ledger| ledger.effects(key));
        match kind {
            Reply => {
                let token = self.sim.issue_reply_token(alice);
                let sent = self.client.reply(ReplyToken::new(token.clone()), TEXT).await;
                let (told, error) = told(sent.map(|sent| sent.messages.is_empty()));
                (told, effects(&token), error)
            }
            Push => {
                let push = || self.client.push(alice.clone(), TEXT).key("one");
                let key = push().into_request().unwrap().retry_key.unwrap().to_string();
                let (told, error) = told(push().await.map(|sent| sent.messages.is_empty()));
                (told, effects(&key), error)
            }
            Multicast => {
                let multicast = || self.client.multicast([alice.clone()], TEXT).key("one");
                let key = multicast().into_requests().unwrap()[0].retry_key.unwrap().to_string();
                let (told, error) = told(multicast().await.map(|_| false).map_err(only_part));
                (told, effects(&key), error)
            }
            Narrowcast => {
                let narrowcast = || self.client.narrowcast(TEXT).key("one");
                let key = narrowcast().into_request().unwrap().retry_key.unwrap().to_string();
                let (told, error) = told(narrowcast().await.map(|_| false));
                (told, effects(&key), error)
            }
            Read => {
                let (told, error) = told(self.client.bot_info().await.map(|_| false));
                (told, 0, error)
            }
            Create => {
                let now = self.sim.now();
                let life = TokenLife::new(Duration::from_secs(60));
                let proof = keys::private().assertion(self.sim.channel_id(), now, life).unwrap();
                let (told, error) = told(self.client.issue_token_v2_1(&proof).await.map(|_| false));
                (told, self.client.token_key_ids(&proof).await.unwrap().kids.len(), error)
            }
        }
    }
}

/// How the only part of a multicast failed.
fn only_part(error: MulticastError) -> ClientError {
    let MulticastError::Incomplete(mut sent) = error else { panic!("{error:?}") };
    match sent.parts.remove(0).outcome {
        PartOutcome::Refused(error) => error,
        PartOutcome::Unknown(error) if error.is_outcome_unknown() => error,
        outcome => panic!("{outcome:?}"),
    }
}

fn told(outcome: Result<bool, ClientError>) -> (Told, Option<ClientError>) {
    let error = match outcome {
        Ok(empty) => return (if empty { DoneUnread } else { Done }, None),
        Err(error) => error,
    };
    let told = match &error.kind {
        ErrorKind::OutcomeUnknown(_) => Unknown,
        ErrorKind::Answer(_) => Unreadable,
        ErrorKind::Refused { .. } if error.is_monthly_quota() => Quota,
        ErrorKind::Refused { status, .. } => Refused(*status),
        _ => panic!("{error:?}"),
    };
    (told, Some(error))
}

/// Plays a fault on each kind of call and compares.
async fn table(fault: impl Fn(&str) -> Fault, rows: &[Row]) {
    table_at(Duration::from_secs(20), fault, |_| {}, rows).await;
}

async fn table_at(
    attempt_timeout: Duration,
    fault: impl Fn(&str) -> Fault,
    before: impl Fn(&Simulator),
    rows: &[Row],
) {
    for (kind, statuses, wanted, effects) in rows {
        let scene = Scene::new(attempt_timeout).await;
        let [ours, theirs] = kind.names();
        before(&scene.sim);
        scene.sim.fault(fault(theirs));
        let recorder = PrometheusBuilder::new().build_recorder();
        let metrics = recorder.handle();
        let logged = Logged::at_debug();
        let (told, done, error) = {
            let _guard = metrics::set_default_local_recorder(&recorder);
            scene.call(*kind).await
        };
        assert_eq!((told, done), (*wanted, *effects), "{kind:?}: {error:?}");
        assert_eq!(counted(&metrics.render(), ours), tally(statuses), "{kind:?}");
        let printed = error.map(|error| format!("{error} {error:?}")).unwrap_or_default();
        for private in [TEXT, scene.sim.secret(), "stateless-", "v2-1-"] {
            assert!(!printed.contains(private), "{kind:?}: {private} in {printed}");
            logged.keeps(&[private]);
        }
    }
}

/// What `linebot_api_calls_total` counts of one endpoint, by status.
fn counted(metrics: &str, endpoint: &str) -> BTreeMap<String, usize> {
    let start = format!("linebot_api_calls_total{{endpoint=\"{endpoint}\",status=\"");
    let lines = metrics.lines().filter_map(|line| line.strip_prefix(&start)?.split_once("\"} "));
    lines.map(|(status, count)| (status.to_owned(), count.parse().unwrap())).collect()
}

fn tally(statuses: &[&str]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for status in statuses {
        *tally.entry((*status).to_owned()).or_default() += 1;
    }
    tally
}

fn refusal(status: u16, message: &str) -> Harm {
    Harm::Answer { status, body: json!({"message": message}) }
}

#[tokio::test]
async fn a_500_three_times_and_then_success() {
    let three = |endpoint: &str| Fault::on(endpoint, Harm::server_error()).times(3);
    table(
        three,
        &[
            (Reply, &["500", "500", "500", "200"], Done, 1),
            (Push, &["500", "500", "500", "200"], Done, 1),
            (Multicast, &["500", "500", "500", "200"], Done, 1),
            (Narrowcast, &["500", "500", "500", "202"], Done, 1),
            (Read, &["500", "500", "500", "200"], Done, 0),
            (Create, &["500"], Unknown, 0),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_500_three_times_although_it_was_done() {
    let three = |endpoint: &str| Fault::on(endpoint, Harm::server_error()).times(3).after_doing();
    table(
        three,
        &[
            // What the repetition of a reply meets, 400 and 409, is hidden by the fault until it is over.
            (Reply, &["500", "500", "500", "400"], DoneUnread, 1),
            (Push, &["500", "500", "500", "409"], Done, 1),
            (Multicast, &["500", "500", "500", "409"], Done, 1),
            (Narrowcast, &["500", "500", "500", "409"], Done, 1),
            (Read, &["500", "500", "500", "200"], Done, 0),
            (Create, &["500"], Unknown, 1),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_connection_reset_before_acceptance() {
    table(
        |endpoint| Fault::on(endpoint, Harm::HangUp),
        &[
            (Reply, &["no-answer", "200"], Done, 1),
            (Push, &["no-answer", "200"], Done, 1),
            (Multicast, &["no-answer", "200"], Done, 1),
            (Narrowcast, &["no-answer", "202"], Done, 1),
            (Read, &["no-answer", "200"], Done, 0),
            (Create, &["no-answer"], Unknown, 0),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_connection_reset_after_acceptance() {
    table(
        |endpoint| Fault::on(endpoint, Harm::HangUp).after_doing(),
        &[
            (Reply, &["no-answer", "400"], DoneUnread, 1),
            (Push, &["no-answer", "409"], Done, 1),
            (Multicast, &["no-answer", "409"], Done, 1),
            (Narrowcast, &["no-answer", "409"], Done, 1),
            (Read, &["no-answer", "200"], Done, 0),
            (Create, &["no-answer"], Unknown, 1),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_429_by_rate() {
    table(
        |endpoint| Fault::on(endpoint, Harm::rate_limited()),
        &[
            (Reply, &["429", "200"], Done, 1),
            (Push, &["429", "200"], Done, 1),
            (Multicast, &["429", "200"], Done, 1),
            // Counted by the hour: the caller is told, and may come back.
            (Narrowcast, &["429"], Refused(429), 0),
            (Read, &["429", "200"], Done, 0),
            (Create, &["429", "200"], Done, 1),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_429_by_monthly_quota() {
    let quota = |endpoint: &str| Fault::on(endpoint, refusal(429, "You have reached your monthly limit."));
    let rows: &[Row] = &[
        (Reply, &["429"], Quota, 0),
        (Push, &["429"], Quota, 0),
        (Multicast, &["429"], Quota, 0),
        (Narrowcast, &["429"], Quota, 0),
    ];
    table(quota, rows).await;
}

#[tokio::test]
async fn a_409() {
    let conflict = |endpoint: &str| Fault::on(endpoint, refusal(409, "Conflict"));
    table(
        conflict,
        &[
            (Reply, &["409"], Refused(409), 0),
            // Under a retry key it says that LINE has accepted it; without its messages where LINE repeats none.
            (Push, &["409"], DoneUnread, 0),
            (Multicast, &["409"], Done, 0),
            // Which one it has accepted, this answer leaves out.
            (Narrowcast, &["409"], Unreadable, 0),
            (Read, &["409"], Refused(409), 0),
            (Create, &["409"], Refused(409), 0),
        ],
    )
    .await;
    // The one that LINE really gives, to a key it has accepted.
    let scene = Scene::new(Duration::from_secs(20)).await;
    let alice = scene.sim.user("Alice");
    let push = || scene.client.push(alice.clone(), TEXT).key("one");
    let (first, second) = (push().await.unwrap(), push().await.unwrap());
    assert_eq!(first, second, "the accepted request and its messages");
    assert_eq!(scene.sim.heard(alice.clone()).len(), 1);
}

#[tokio::test]
async fn a_401_for_a_token_that_has_expired() {
    let nothing = |endpoint: &str| Fault::on(endpoint, Harm::HangUp).times(0);
    let rows: &[Row] = &[
        (Reply, &["401", "200"], Done, 1),
        (Push, &["401", "200"], Done, 1),
        (Multicast, &["401", "200"], Done, 1),
        (Narrowcast, &["401", "202"], Done, 1),
        (Read, &["401", "200"], Done, 0),
    ];
    table_at(Duration::from_secs(20), nothing, Simulator::revoke_issued_tokens, rows).await;
    // One that no new token mends.
    let always = |endpoint: &str| Fault::on(endpoint, refusal(401, "Authentication failed")).times(9);
    table(
        always,
        &[
            (Reply, &["401", "401"], Refused(401), 0),
            (Push, &["401", "401"], Refused(401), 0),
            (Multicast, &["401", "401"], Refused(401), 0),
            (Narrowcast, &["401", "401"], Refused(401), 0),
            (Read, &["401", "401"], Refused(401), 0),
            (Create, &["401"], Refused(401), 0),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_slow_body() {
    // The head is there at once: a send that LINE took is done, whatever becomes of the rest.
    let slow = |endpoint: &str| Fault::on(endpoint, Harm::SlowBody { every: Duration::from_millis(200) });
    let rows: &[Row] = &[
        (Reply, &["200"], DoneUnread, 1),
        (Push, &["200"], DoneUnread, 1),
        // Their answers say nothing that the head does not.
        (Multicast, &["200"], Done, 1),
        (Narrowcast, &["202"], Done, 1),
        (Read, &["200", "200"], Done, 0),
        (Create, &["200"], Unreadable, 1),
    ];
    table_at(Duration::from_secs(3), slow, |_| {}, rows).await;
}

#[tokio::test]
async fn truncated_json() {
    table(
        |endpoint| Fault::on(endpoint, Harm::CutBody),
        &[
            (Reply, &["200"], DoneUnread, 1),
            (Push, &["200"], DoneUnread, 1),
            (Multicast, &["200"], Done, 1),
            (Narrowcast, &["202"], Done, 1),
            (Read, &["200", "200"], Done, 0),
            (Create, &["200"], Unreadable, 1),
        ],
    )
    .await;
}

/// An answer of each kind with fields that LINE may add, in every place.
fn with_unknown_fields(endpoint: &str) -> Value {
    let new = json!({"of": ["another", 4]});
    match endpoint {
        "bot-info" => json!({
            "userId": "U0f1e2d3c4b5a69788796a5b4c3d2e1f0", "basicId": "@216ru", "displayName": "Bot",
            "chatMode": "hologram", "markAsReadMode": "auto", "new": new,
        }),
        "issue-token-v2-1" => json!({
            "access_token": "t", "expires_in": 60, "token_type": "Bearer", "key_id": "k", "new": new,
        }),
        _ => json!({"sentMessages": [{"id": "590100000000000901", "new": new}], "new": new}),
    }
}

#[tokio::test]
async fn unknown_fields_in_a_response() {
    let new = |endpoint: &str| {
        let body = with_unknown_fields(endpoint);
        Fault::on(endpoint, Harm::Answer { status: 200, body }).after_doing()
    };
    table(
        new,
        &[
            (Reply, &["200"], Done, 1),
            (Push, &["200"], Done, 1),
            (Multicast, &["200"], Done, 1),
            (Narrowcast, &["200"], Done, 1),
            (Read, &["200"], Done, 0),
            (Create, &["200"], Done, 1),
        ],
    )
    .await;
}
