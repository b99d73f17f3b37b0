//! What was sent on a day, and under which names.

use futures_util::TryStreamExt as _;
use line_bot_server::line::response::CountStatus;
use line_bot_server::line::{AggregationUnit, Date, RequestId};
use serde_json::json;

use super::kit::{Line, invalid, refused, said, told};

fn unit(name: &str) -> AggregationUnit {
    AggregationUnit::new(name).unwrap()
}

#[tokio::test]
async fn what_was_sent_is_counted_by_person_and_told_the_next_day() {
    let line = Line::new().await;
    let friends = line.sim.crowd("Fan", 3);
    let team = line.sim.group("Team", &friends);
    let token = line.sim.issue_reply_token(friends[0].clone());
    line.client.reply(line_bot_server::line::ReplyToken::new(token), ["one", "two"]).await.unwrap();
    line.client.push(team, "to three").await.unwrap();
    line.client.push(friends[0].clone(), "to one").await.unwrap();
    let to = json!({"to": friends, "messages": [{"type": "text", "text": "to all three"}]});
    assert_eq!(line.post("/v2/bot/message/multicast", to).await.0, 200);
    let all = json!({"messages": [{"type": "text", "text": "to all"}]});
    assert_eq!(line.post("/v2/bot/message/broadcast", all).await.0, 200);

    let today = line.days_ago(0);
    let early = line.client.sent_replies(today).await.unwrap();
    assert_eq!((&early.status, early.success), (&CountStatus::Unready, None));
    line.next_day();
    let client = &line.client;
    let counts = [
        client.sent_replies(today).await.unwrap(),
        client.sent_pushes(today).await.unwrap(),
        client.sent_multicasts(today).await.unwrap(),
        client.sent_broadcasts(today).await.unwrap(),
    ];
    assert!(counts.iter().all(|count| count.status == CountStatus::Ready));
    assert_eq!(counts.map(|count| count.success), [Some(1), Some(4), Some(3), Some(3)]);
    assert_eq!(client.sent_pushes(today.plus_days(-1)).await.unwrap().success, Some(0));
}

#[tokio::test]
async fn line_counts_since_31_march_2018() {
    let line = Line::new().await;
    let first = Date::new(2018, 3, 31).unwrap();
    assert_eq!(line.client.sent_pushes(first).await.unwrap().status, CountStatus::Ready);
    let before = line.client.sent_pushes(first.plus_days(-1)).await.unwrap();
    assert_eq!((&before.status, before.success), (&CountStatus::OutOfService, None));
    let future = line.client.sent_pushes(line.days_ago(-5)).await.unwrap();
    assert_eq!(future.status, CountStatus::Unready);
}

#[tokio::test]
async fn a_day_that_is_none_is_refused() {
    let line = Line::new().await;
    for date in ["?date=20260229", "?date=2026-10-26", "?date=", ""] {
        let raw = line.get(&format!("/v2/bot/message/delivery/reply{date}")).await;
        assert_eq!(told(&raw).1, "The value for the 'date' parameter is invalid", "{date}");
    }
}

#[tokio::test]
async fn names_of_units_come_page_by_page_for_this_month_alone() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    let names: Vec<String> = (0..5).map(|n| format!("promotion_{n}")).collect();
    for name in &names {
        let body = json!({
            "to": alice, "messages": [{"type": "text", "text": "x"}], "customAggregationUnits": [name],
        });
        assert_eq!(line.post("/v2/bot/message/push", body).await.0, 200);
    }
    assert_eq!(line.client.aggregation_units_used().await.unwrap().num_of_custom_aggregation_units, 5);
    let listed: Vec<String> = line.client.aggregation_units_by(2).stream().try_collect().await.unwrap();
    assert_eq!(listed, names);
    assert_eq!(line.sim.calls_to("aggregation-list").len(), 3);
    assert_eq!(line.client.aggregation_units().await.unwrap().items, names);
    let lost = line.client.aggregation_units().from("nowhere").await;
    assert_eq!(refused(lost), said(400, "Invalid start param"));
    for _ in 0..7 {
        line.next_day();
    }
    assert_eq!(line.client.aggregation_units_used().await.unwrap().num_of_custom_aggregation_units, 0);
}

#[tokio::test]
async fn a_page_has_1_to_100_names_of_units() {
    let line = Line::new().await;
    assert!(line.client.aggregation_units_by(100).await.unwrap().items.is_empty());
    for limit in [0, 101] {
        let problem = format!("limit: {limit}, 1 to 100 are allowed");
        assert_eq!(invalid(line.client.aggregation_units_by(limit).await), problem);
        let raw = line.get(&format!("/v2/bot/message/aggregation/list?limit={limit}")).await;
        assert_eq!(told(&raw).0, 400);
    }
}

#[tokio::test]
async fn what_people_did_is_told_by_unit_and_request_of_twenty_people_or_more() {
    let line = Line::new().await;
    let friends = line.sim.crowd("Fan", 20);
    let multicast = |to: usize, name: &str| {
        json!({
            "to": friends[..to],
            "messages": [{"type": "text", "text": "x"}],
            "customAggregationUnits": [name],
        })
    };
    for (to, name) in [(19, "few"), (20, "many")] {
        assert_eq!(line.post("/v2/bot/message/multicast", multicast(to, name)).await.0, 200);
    }
    let today = line.days_ago(0);
    let few = line.client.unit_interactions(&unit("few"), today..=today).await.unwrap();
    assert_eq!((few.overview.unique_impression, few.messages.len()), (None, 0));
    let many = line.client.unit_interactions(&unit("many"), today..=today).await.unwrap();
    assert_eq!((many.overview.unique_impression, many.messages[0].unique_impression), (Some(20), Some(20)));
    let yesterday = line.days_ago(1);
    let before = line.client.unit_interactions(&unit("many"), yesterday..=yesterday).await.unwrap();
    assert_eq!(before.overview.unique_impression, None);
}

#[tokio::test]
async fn a_broadcast_tells_what_people_did_with_its_bubbles_and_links() {
    let line = Line::new().await;
    line.sim.crowd("Fan", 41);
    let link = json!({"type": "uri", "label": "more", "uri": "https://example.com/more"});
    let body = json!({"messages": [
        {"type": "text", "text": "look", "quickReply": {"items": [{"type": "action", "action": link}]}},
        {
            "type": "video",
            "originalContentUrl": "https://example.com/a.mp4",
            "previewImageUrl": "https://example.com/a.jpg",
        },
    ]});
    assert_eq!(line.post("/v2/bot/message/broadcast", body).await.0, 200);
    let id = line.sim.calls_to("broadcast")[0].request_id.clone();
    let told = line.client.message_interactions(&id).await.unwrap();
    let overview = &told.overview;
    assert_eq!((overview.request_id.as_ref(), overview.delivered), (Some(&id), Some(41)));
    assert_eq!(overview.timestamp.unwrap().get(), 1_793_000_000);
    assert_eq!((overview.unique_impression, overview.unique_click), (Some(41), Some(20)));
    assert_eq!(overview.unique_media_played_100_percent, Some(41));
    let played: Vec<_> = told.messages.iter().map(|it| (it.seq, it.media_played)).collect();
    assert_eq!(played, [(1, None), (2, Some(41))]);
    assert_eq!((told.clicks[0].url.as_str(), told.clicks[0].click), ("https://example.com/more", Some(20)));
    let other = line.client.message_interactions(&RequestId::from("another")).await;
    assert_eq!(refused(other), said(400, "Bad Request"));
}

#[tokio::test]
async fn a_broadcast_to_few_tells_how_many_and_nothing_more() {
    let line = Line::new().await;
    line.sim.crowd("Fan", 19);
    let body = json!({"messages": [{"type": "text", "text": "look"}]});
    assert_eq!(line.post("/v2/bot/message/broadcast", body).await.0, 200);
    let id = line.sim.calls_to("broadcast")[0].request_id.clone();
    let told = line.client.message_interactions(&id).await.unwrap();
    assert_eq!((told.overview.delivered, told.overview.unique_impression), (Some(19), None));
    assert!(told.messages.is_empty() && told.clicks.is_empty());
}

#[tokio::test]
async fn a_unit_is_told_of_up_to_30_days_and_a_refusal_says_nothing() {
    let line = Line::new().await;
    let (promotion, to) = (unit("promotion"), line.days_ago(0));
    line.client.unit_interactions(&promotion, to.plus_days(-30)..=to).await.unwrap();
    let long = line.client.unit_interactions(&promotion, to.plus_days(-31)..=to).await;
    assert_eq!(invalid(long), "to: 31 days after `from`, 30 are allowed");
    let turned = line.client.unit_interactions(&promotion, to..=to.plus_days(-1)).await;
    assert!(invalid(turned).contains("is before `from`"));
    let path = "/v2/bot/insight/message/event/aggregation";
    for query in [
        format!("?customAggregationUnit=promotion&from={}&to={to}", to.plus_days(-31)),
        format!("?customAggregationUnit=promotion&from={to}&to={}", to.plus_days(-1)),
        format!("?from={to}&to={to}"),
        "?customAggregationUnit=promotion".to_owned(),
    ] {
        let (status, body) = line.get(&format!("{path}{query}")).await;
        let nothing = json!({"message": null, "key": null, "stacktrace": null, "code": null});
        assert_eq!((status, body), (400, nothing), "{query}");
    }
}
