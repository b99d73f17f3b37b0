//! LINE's rate limits are kept on our side: no period sees more calls than LINE allows, waiting is bounded and told.
//!
//! LINE is a transport in memory and time stands still but for what is waited, so that hours pass at once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use http::{HeaderMap, StatusCode};
use line_bot_server::client::transport::WireRequest;
use line_bot_server::client::{
    Answer, Client, ClientError, ErrorKind, Rate, Response, TokenSource, Transport, TransportError, Until,
};
use line_bot_server::clock::Clock;
use line_bot_server::line::UserId;
use line_bot_server::line::response::WebhookTest;
use line_bot_server::simulator::{Fault, Harm, Via};
use line_bot_server::{Context, Event, handler_fn};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::time::Instant;

use super::scripted::{clock, settings};
use crate::support::{Stage, heard};

const RATE: &str = r#"{"message":"The API rate limit has been exceeded. Try again later."}"#;
const MONTHLY: &str = r#"{"message":"You have reached your monthly limit."}"#;
const TESTED: &str = r#"{"timestamp":"2026-11-20T00:00:00Z","statusCode":200,"reason":"OK","detail":"200"}"#;

/// Answers 200, or what it was told to answer next, and notes when it was asked for what.
#[derive(Default)]
struct Line {
    asked: Mutex<Vec<(String, Instant)>>,
    refusals: Mutex<VecDeque<(&'static str, Option<&'static str>)>>,
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: WireRequest) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push((request.url, Instant::now()));
        let refusal = self.refusals.lock().unwrap().pop_front();
        let mut headers = HeaderMap::new();
        let (status, body) = match refusal {
            None => (StatusCode::OK, TESTED),
            Some((body, retry_after)) => {
                headers.extend(retry_after.map(|it| (http::header::RETRY_AFTER, it.parse().unwrap())));
                (StatusCode::TOO_MANY_REQUESTS, body)
            }
        };
        Ok(Response { status, headers, body: bytes::Bytes::from_static(body.as_bytes()).into() })
    }
}

impl Line {
    fn times(&self, path: &str) -> Vec<Instant> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(url, _)| url.ends_with(path)).map(|(_, at)| *at).collect()
    }

    /// The most calls that any period of this length has seen.
    fn most_within(&self, path: &str, period: Duration) -> usize {
        let times = self.times(path);
        let from = |begin: &Instant| times.iter().filter(|at| *at >= begin && **at < *begin + period).count();
        times.iter().map(from).max().unwrap_or(0)
    }

    fn will_refuse(&self, body: &'static str, times: usize) {
        self.refusals.lock().unwrap().extend(std::iter::repeat_n((body, None), times));
    }
}

fn client(line: &Arc<Line>, wait: Duration) -> Client {
    client_at(line, wait, &clock())
}

fn client_at(line: &Arc<Line>, wait: Duration, clock: &Clock) -> Client {
    let mut settings = settings("http://line.test");
    settings.pacing_wait = wait;
    settings.backoff = Duration::from_millis(200);
    let line: Arc<dyn Transport> = Arc::<Line>::clone(line);
    Client::new(settings, line, TokenSource::fixed("token".into()), clock.clone())
}

const HOURLY: &str = "/v2/bot/channel/webhook/test";
const SECONDLY: &str = "/v2/bot/chat/loading/start";
const SECOND: Duration = Duration::from_secs(1);

/// 60 an hour.
async fn hourly(client: &Client) -> Result<Answer<WebhookTest>, ClientError> {
    client.test_webhook_endpoint(None).await
}

/// 100 a second.
async fn secondly(client: &Client) -> Result<Answer<()>, ClientError> {
    client.start_loading(&UserId::from("U1"), Default::default()).await
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_turn_is_far_away_is_refused_at_once_and_certainly_not_sent() {
    let line = Arc::<Line>::default();
    let client = client(&line, 5 * SECOND);
    for _ in 0..30 {
        hourly(&client).await.unwrap();
    }
    let begun = Instant::now();
    let error = hourly(&client).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO, "waited for nothing");
    let ErrorKind::Paced { rate, free_in } = error.kind else { panic!("{error:?}") };
    assert_eq!(rate, Rate::per_hour(60));
    assert!(free_in > 100 * SECOND && free_in <= 120 * SECOND, "{free_in:?}");
    assert_eq!(
        error.to_string(),
        "test_webhook_endpoint: not sent: LINE allows 60 calls an hour, and this process has used that up; a call is \
         free again in 2 min"
    );
    assert!(error.is_rate_limit() && error.is_retryable());
    assert!(!error.is_outcome_unknown() && !error.is_permanent() && !error.is_monthly_quota());
    assert_eq!(line.times(HOURLY).len(), 30);
    tokio::time::sleep(free_in).await;
    hourly(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn no_hour_however_it_is_cut_sees_more_than_line_allows() {
    let line = Arc::<Line>::default();
    let client = client(&line, 5 * SECOND);
    // Somebody who never stops asking, and who begins anew after a long pause.
    for round in 0..2 {
        for _ in 0..1500 {
            let _ = hourly(&client).await;
            tokio::time::sleep(Duration::from_millis(7300)).await;
        }
        tokio::time::sleep(Duration::from_secs(round * 7200)).await;
    }
    assert!(line.most_within(HOURLY, Duration::from_secs(3600)) <= 60);
    assert!(line.times(HOURLY).len() > 180, "paced to a standstill");
}

#[tokio::test(start_paused = true)]
async fn no_second_sees_more_than_line_allows_and_who_came_first_goes_first() {
    let line = Arc::<Line>::default();
    let client = client(&line, 5 * SECOND);
    let calls = (0..600).map(|number| {
        let client = client.clone();
        async move { (number, secondly(&client).await.is_ok(), Instant::now()) }
    });
    let done = join_all(calls).await;
    assert!(line.most_within(SECONDLY, SECOND) <= 100);
    let passed: Vec<_> = done.iter().filter(|(_, passed, _)| *passed).collect();
    // A tenth at once, then five seconds' worth.
    assert!((400..=470).contains(&passed.len()), "{}", passed.len());
    assert!(passed.windows(2).all(|two| two[0].0 < two[1].0 && two[0].2 <= two[1].2), "out of order");
    let last = passed.last().unwrap().0;
    assert!(done.iter().all(|(number, passed, _)| *passed == (*number <= last)), "overtaken");
}

#[tokio::test(start_paused = true)]
async fn those_beyond_the_bound_are_told_at_once_not_after_it() {
    let line = Arc::<Line>::default();
    let client = client(&line, SECOND);
    let begun = Instant::now();
    let calls = (0..300).map(|_| async {
        let outcome = secondly(&client).await;
        (outcome.is_ok(), begun.elapsed())
    });
    for (passed, when) in join_all(calls).await {
        assert!(passed || when == Duration::ZERO, "refused after {when:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bound_of_zero_waits_for_nothing() {
    let line = Arc::<Line>::default();
    let client = client(&line, Duration::ZERO);
    let outcomes = join_all((0..20).map(|_| secondly(&client))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_call_does_not_wait_beyond_the_time_at_which_it_could_still_begin() {
    let line = Arc::<Line>::default();
    let clock = clock();
    let client = client_at(&line, 5 * SECOND, &clock);
    for _ in 0..10 {
        secondly(&client).await.unwrap();
    }
    let end = Some(clock.now().boot.after(Duration::from_millis(5)));
    for until in [Until { begin: end, end: None }, Until { begin: None, end }] {
        let call = client.start_loading(&UserId::from("U1"), Default::default()).until(until);
        let error = call.await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Paced { .. }), "{error:?}");
    }
    assert_eq!(line.times(SECONDLY).len(), 10);
}

#[tokio::test(start_paused = true)]
async fn endpoints_and_clients_have_buckets_of_their_own() {
    let line = Arc::<Line>::default();
    let (shop, support) = (client(&line, Duration::ZERO), client(&line, Duration::ZERO));
    for _ in 0..10 {
        secondly(&shop).await.unwrap();
    }
    secondly(&shop.clone()).await.unwrap_err();
    hourly(&shop).await.unwrap();
    secondly(&support).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn lines_refusal_for_the_rate_holds_every_caller_of_that_endpoint_back() {
    let line = Arc::<Line>::default();
    let client = client(&line, 5 * SECOND);
    line.will_refuse(RATE, 1);
    let begun = Instant::now();
    let (first, second) = tokio::join!(secondly(&client), async {
        tokio::task::yield_now().await;
        secondly(&client).await
    });
    assert!(first.is_ok() && second.is_ok());
    let times = line.times(SECONDLY);
    assert_eq!(times.len(), 3);
    for later in &times[1..] {
        assert!(*later - begun >= Duration::from_millis(200), "{:?}", *later - begun);
    }
    let begun = Instant::now();
    hourly(&client).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO, "another endpoint");
}

#[tokio::test(start_paused = true)]
async fn refusals_that_go_on_hold_longer_and_are_forgotten_after_a_success() {
    let line = Arc::<Line>::default();
    let client = client(&line, 60 * SECOND);
    line.will_refuse(RATE, 2);
    secondly(&client).await.unwrap();
    let times = line.times(SECONDLY);
    let gaps: Vec<_> = times.windows(2).map(|two| (two[1] - two[0]).as_millis()).collect();
    // The bucket was emptied, too: a call has to flow in first.
    assert!((200..400).contains(&gaps[0]) && (400..800).contains(&gaps[1]), "{gaps:?}");
    tokio::time::sleep(SECOND).await;
    secondly(&client).await.unwrap();
    line.will_refuse(RATE, 1);
    secondly(&client).await.unwrap();
    let times = line.times(SECONDLY);
    let gap = (times[5] - times[4]).as_millis();
    assert!((200..400).contains(&gap), "{gap}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_an_hourly_limit_is_handed_to_the_caller_in_lines_words() {
    let line = Arc::<Line>::default();
    let client = client(&line, 5 * SECOND);
    line.will_refuse(RATE, 1);
    let error = hourly(&client).await.unwrap_err();
    assert_eq!((error.status(), error.is_rate_limit()), (Some(429), true), "{error}");
    assert_eq!(line.times(HOURLY).len(), 1);
    let error = hourly(&client).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Paced { .. }), "{error:?}");
    tokio::time::sleep(120 * SECOND).await;
    hourly(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_is_kept_by_all_callers() {
    let line = Arc::<Line>::default();
    let client = client(&line, 5 * SECOND);
    line.refusals.lock().unwrap().push_back((RATE, Some("3")));
    let begun = Instant::now();
    secondly(&client).await.unwrap();
    assert!(begun.elapsed() >= 3 * SECOND);
    line.refusals.lock().unwrap().push_back((RATE, Some("600")));
    secondly(&client).await.unwrap_err();
    let ErrorKind::Paced { free_in, .. } = secondly(&client).await.unwrap_err().kind else { panic!() };
    assert!(free_in > 590 * SECOND, "{free_in:?}");
    // What nobody can mean does no harm.
    line.refusals.lock().unwrap().push_back((RATE, Some("18446744073709551615")));
    hourly(&client).await.unwrap_err();
    tokio::time::sleep(SECOND * 60 * 60 * 24).await;
    hourly(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_monthly_quota_holds_nobody_back() {
    let line = Arc::<Line>::default();
    let client = client(&line, 5 * SECOND);
    line.will_refuse(MONTHLY, 1);
    let begun = Instant::now();
    let error = client.push(UserId::from("U1"), "hi").await.unwrap_err();
    assert!(error.is_monthly_quota() && !error.is_rate_limit(), "{error}");
    client.push(UserId::from("U1"), "hi").await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(line.times("/v2/bot/message/push").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn waits_refusals_and_holds_are_counted_by_endpoint() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let line = Arc::<Line>::default();
    let client = client(&line, 50 * Duration::from_millis(1));
    join_all((0..100).map(|_| secondly(&client))).await;
    tokio::time::sleep(SECOND).await;
    // Longer than a call waits for, so that no pause of random length decides whether it is repeated.
    line.refusals.lock().unwrap().push_back((RATE, Some("600")));
    secondly(&client).await.unwrap_err();
    let text = metrics.render();
    let count = |outcome: &str| {
        let name = format!("linebot_api_paced_total{{endpoint=\"start_loading\",outcome=\"{outcome}\"}} ");
        let rest = text.split(&name).nth(1).unwrap_or_else(|| panic!("{name} in\n{text}"));
        rest.lines().next().unwrap().parse::<usize>().unwrap()
    };
    assert_eq!(10 + count("waited") + count("refused"), 100, "{text}");
    assert!(count("waited") > 0 && count("refused") > 0);
    assert_eq!(count("held"), 1);
    let seconds = format!("linebot_api_pace_seconds_count{{endpoint=\"start_loading\"}} {}", count("waited"));
    assert!(text.contains(&seconds), "{seconds} in\n{text}");
}

#[tokio::test(start_paused = true)]
async fn what_may_have_arrived_before_stays_unknown_when_its_repetition_is_kept_back() {
    struct Silent(Line);
    #[async_trait]
    impl Transport for Silent {
        async fn send(&self, request: WireRequest) -> Result<Response, TransportError> {
            drop(self.0.send(request).await);
            Err(TransportError::NoAnswer("gone".into()))
        }
    }
    let mut settings = settings("http://line.test");
    settings.pacing_wait = Duration::ZERO;
    settings.attempts = 1000;
    let client =
        Client::new(settings, Arc::new(Silent(Line::default())), TokenSource::fixed("t".into()), clock());
    let pushes = join_all((0..300).map(|_| client.push(UserId::from("U1"), "hi").send())).await;
    for (number, pushed) in pushes.into_iter().enumerate() {
        let error = pushed.unwrap_err();
        assert_eq!(error.is_outcome_unknown(), number < 200, "{number}: {error}");
    }
}

#[tokio::test]
async fn a_send_that_is_kept_back_is_made_by_a_later_attempt_of_the_handler() {
    let stage = Stage::new().await.set("PACING_WAIT", "0s").set("HANDLER_ATTEMPTS", "1000");
    let stage = stage.set("HANDLER_BACKOFF", "1ms");
    // Each of LINE's refusals holds pushes back for longer than the one before: the third for far longer than any pause
    // within a call and between the handler's attempts, however they fall.
    stage.sim.fault(Fault::on("push", Harm::rate_limited()).times(3));
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let failures = Arc::clone(&attempts);
    let app = stage
        .start(handler_fn(move |cx: Context, _: Event| {
            let failures = Arc::clone(&failures);
            async move {
                let sent = cx.push("in the end").await;
                if let Err(error) = &sent {
                    failures.lock().unwrap().push(error.to_string());
                }
                sent?;
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    assert_eq!(heard(&stage.sim, alice, 1).await, [("in the end".to_owned(), Via::Push)]);
    app.stop().await;
    assert_eq!(stage.counts().parked.values().sum::<u64>(), 0);
    let failures = attempts.lock().unwrap().clone();
    assert!(failures[0].contains("429"), "{failures:?}");
    assert!(failures[1..].iter().any(|error| error.contains("not sent: LINE allows")), "{failures:?}");
    let calls = stage.sim.calls_to("push");
    assert_eq!(
        calls.iter().map(|call| call.status).collect::<Vec<_>>(),
        [Some(429), Some(429), Some(429), Some(200)]
    );
    let key = calls[3].retry_key.clone().unwrap();
    assert_eq!(stage.sim.ledger(|ledger| ledger.effects(&key)), 1);
}
