//! How rich menus are used.

use line_bot_server::line::RichMenuId;
use serde_json::json;

use super::kit::{Line, invalid, refused, said, told};

async fn menu(line: &Line) -> RichMenuId {
    let area = |x: u32| {
        let action = json!({"type": "postback", "data": "buy"});
        json!({"bounds": {"x": x, "y": 0, "width": 400, "height": 250}, "action": action})
    };
    let menu = json!({
        "size": {"width": 800, "height": 270}, "selected": false, "name": "spring", "chatBarText": "Menu",
        "areas": [area(0), area(400)],
    });
    let (status, body) = line.post("/v2/bot/richmenu", menu).await;
    assert_eq!(status, 200, "{body}");
    RichMenuId::from(body["richMenuId"].as_str().unwrap())
}

#[tokio::test]
async fn a_rich_menu_is_told_of_twenty_people_and_only_of_days_that_are_over() {
    let line = Line::new().await;
    let menu = menu(&line).await;
    let (from, to) = (line.days_ago(2), line.days_ago(0));
    line.sim.crowd("Fan", 19);
    let few = line.client.rich_menu_summary(&menu, from..=to).await.unwrap();
    assert_eq!((&few.rich_menu_id, few.metrics_from, few.clicks.len()), (&menu, None, 0));

    line.sim.user("Alice");
    let summary = line.client.rich_menu_summary(&menu, from..=to).await.unwrap();
    assert_eq!((summary.metrics_from, summary.metrics_to), (Some(from), Some(to.plus_days(-1))));
    assert_eq!(summary.impression.as_ref().unwrap().metrics.unique_users, 20);
    let areas: Vec<_> = summary.clicks.iter().map(|it| (it.bounds.x, it.metrics.count)).collect();
    assert_eq!(areas, [(0, 40), (400, 40)]);
    let daily = line.client.rich_menu_daily(&menu, from..=to).await.unwrap();
    let days: Vec<_> = daily.clicks[1].metrics.iter().map(|it| (it.date, it.count)).collect();
    assert_eq!(days, [(from, 20), (from.plus_days(1), 20)]);
    let future = line.client.rich_menu_summary(&menu, to..=to).await.unwrap();
    assert_eq!(future.impression, None);
}

#[tokio::test]
async fn there_is_nothing_of_a_menu_that_is_none() {
    let line = Line::new().await;
    let (nowhere, day) = (RichMenuId::from("richmenu-00000000000000000000000000000000"), line.days_ago(1));
    assert_eq!(refused(line.client.rich_menu_summary(&nowhere, day..=day).await), said(404, "Not found"));
    assert_eq!(refused(line.client.rich_menu_daily(&nowhere, day..=day).await), said(404, "Not found"));
}

#[tokio::test]
async fn a_summary_has_up_to_396_days_more_and_single_days_99() {
    let line = Line::new().await;
    let (menu, to) = (menu(&line).await, line.days_ago(1));
    line.client.rich_menu_summary(&menu, to.plus_days(-396)..=to).await.unwrap();
    let long = line.client.rich_menu_summary(&menu, to.plus_days(-397)..=to).await;
    assert_eq!(invalid(long), "to: 397 days after `from`, 396 are allowed");
    line.client.rich_menu_daily(&menu, to.plus_days(-99)..=to).await.unwrap();
    let long = line.client.rich_menu_daily(&menu, to.plus_days(-100)..=to).await;
    assert_eq!(invalid(long), "to: 100 days after `from`, 99 are allowed");
    for (kind, days) in [("summary", 397), ("daily", 100), ("daily", -1)] {
        let path = format!("/v2/bot/insight/richmenu/{menu}/{kind}?from={}&to={to}", to.plus_days(-days));
        let raw = line.get(&path).await;
        assert_eq!(told(&raw).1, "The value for the 'to' parameter is invalid", "{path}");
    }
    let raw = line.get(&format!("/v2/bot/insight/richmenu/{menu}/daily?to={to}")).await;
    assert_eq!(told(&raw).1, "The value for the 'from' parameter is invalid");
}

#[tokio::test]
async fn figures_reach_back_three_years() {
    let line = Line::new().await;
    let menu = menu(&line).await;
    let oldest = line.days_ago(0).minus_years(3);
    assert_eq!(oldest.to_string(), "20231026");
    line.client.rich_menu_summary(&menu, oldest..=oldest).await.unwrap();
    let day = oldest.plus_days(-1);
    let problem = invalid(line.client.rich_menu_summary(&menu, day..=day).await);
    assert_eq!(problem, "from: 20231025 is more than 3 years ago; 20231026 is the first day allowed");
    let raw = line.get(&format!("/v2/bot/insight/richmenu/{menu}/summary?from={day}&to={day}")).await;
    assert_eq!(told(&raw).1, "The value for the 'from' parameter is invalid");
}
