//! LIFF apps: added, listed, changed, deleted.

use http::Method;
use line_bot_server::line::LiffId;
use line_bot_server::line::liff::{
    BotPrompt, LIFF_APPS_MAX, LiffChanges, LiffFeatures, LiffScope, LiffSize, NewLiffApp,
    PermanentLinkPattern,
};
use line_bot_server::simulator::{Fault, Harm};
use serde_json::json;

use super::kit::{Line, invalid, refused, said, told};

const APPS: &str = "/liff/v1/apps";

fn shop() -> NewLiffApp {
    NewLiffApp::new(LiffSize::Tall, "https://example.com/shop")
}

#[tokio::test]
async fn an_app_is_listed_as_it_was_added() {
    let line = Line::new().await;
    let full = shop()
        .module_mode(true)
        .description("Shop")
        .features(LiffFeatures::default().qr_code(true))
        .permanent_link_pattern(PermanentLinkPattern::Concat)
        .scope([LiffScope::OpenId, LiffScope::Email])
        .bot_prompt(BotPrompt::Aggressive);
    let first = line.client.add_liff_app(&full).await.unwrap().value;
    let second = line.client.add_liff_app(&shop()).await.unwrap().value;
    assert!(first.as_str().starts_with(line.sim.channel_id()) && first != second);
    let apps = line.client.liff_apps().await.unwrap().value;
    assert_eq!((&apps[0].liff_id, &apps[0].view), (&first, &full.view));
    assert_eq!(apps[0].description, full.rest.description);
    assert_eq!(apps[0].features, full.rest.features);
    assert_eq!(apps[0].permanent_link_pattern, full.rest.permanent_link_pattern);
    assert_eq!((&apps[0].scope, &apps[0].bot_prompt), (&full.rest.scope, &full.rest.bot_prompt));
    assert_eq!(apps[1].scope.as_deref(), Some(&[LiffScope::Profile, LiffScope::ChatMessageWrite][..]));
    assert_eq!((&apps[1].bot_prompt, &apps[1].description), (&Some(BotPrompt::None), &None));
}

#[tokio::test]
async fn what_is_not_changed_stays() {
    let line = Line::new().await;
    let id = line.client.add_liff_app(&shop().description("Shop")).await.unwrap().value;
    let moved = LiffChanges::default().url("https://example.com/new").bot_prompt(BotPrompt::Normal);
    line.client.update_liff_app(&id, &moved).await.unwrap();
    let app = &line.client.liff_apps().await.unwrap().value[0];
    assert_eq!((&app.view.size, app.view.url.as_str()), (&LiffSize::Tall, "https://example.com/new"));
    assert_eq!((app.description.as_deref(), &app.bot_prompt), (Some("Shop"), &Some(BotPrompt::Normal)));
    line.client.update_liff_app(&id, &LiffChanges::default().size(LiffSize::Full)).await.unwrap();
    assert_eq!(line.client.liff_apps().await.unwrap()[0].view.url, "https://example.com/new");
}

#[tokio::test]
async fn no_apps_and_other_apps_are_404() {
    let line = Line::new().await;
    let not_found = said(404, "Not found");
    assert_eq!(refused(line.client.liff_apps().await), not_found);
    let id = line.client.add_liff_app(&shop()).await.unwrap().value;
    line.client.delete_liff_app(&id).await.unwrap();
    assert_eq!(refused(line.client.delete_liff_app(&id).await), not_found);
    assert_eq!(refused(line.client.update_liff_app(&id, &LiffChanges::default()).await), not_found);
    assert_eq!(refused(line.client.liff_apps().await), not_found);
    assert_eq!(refused(line.client.delete_liff_app(&LiffId::from("1234567890-abcdefgh")).await), not_found);
}

#[tokio::test]
async fn an_app_cannot_name_itself() {
    let line = Line::new().await;
    let view = json!({"type": "full", "url": "https://example.com"});
    let (_, added) = line.post(APPS, json!({"view": view, "liffId": "mine"})).await;
    let id = added["liffId"].as_str().unwrap();
    line.raw(Method::PUT, &format!("{APPS}/{id}"), json!({"liffId": "mine"})).await;
    assert_eq!(line.client.liff_apps().await.unwrap()[0].liff_id.as_str(), id);
}

#[tokio::test]
async fn a_channel_has_up_to_30_apps() {
    let line = Line::new().await;
    for _ in 0..LIFF_APPS_MAX {
        line.client.add_liff_app(&shop()).await.unwrap();
    }
    assert_eq!(refused(line.client.add_liff_app(&shop()).await).0, 400);
    assert_eq!(line.client.liff_apps().await.unwrap().len(), 30);
}

#[tokio::test]
async fn an_app_of_unknown_outcome_is_not_added_twice() {
    let line = Line::new().await;
    line.sim.fault(Fault::on("liff-apps", Harm::HangUp).after_doing());
    assert!(line.client.add_liff_app(&shop()).await.unwrap_err().is_outcome_unknown());
    assert_eq!(line.client.liff_apps().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_page_is_https_without_a_fragment_and_a_name_without_line() {
    let line = Line::new().await;
    let id = line.client.add_liff_app(&shop()).await.unwrap().value;
    let path = format!("{APPS}/{id}");
    for (url, problem) in [
        ("http://example.com/", "view.url: not an https URL; https is needed"),
        ("https://example.com/#top", "view.url: has a fragment (#…); none is allowed"),
    ] {
        assert_eq!(invalid(line.client.add_liff_app(&NewLiffApp::new(LiffSize::Full, url)).await), problem);
        let changes = LiffChanges::default().url(url);
        assert_eq!(invalid(line.client.update_liff_app(&id, &changes).await), problem);
        let view = json!({"view": {"type": "full", "url": url}});
        assert_eq!(told(&line.post(APPS, view.clone()).await).2, ["view.url"]);
        assert_eq!(told(&line.raw(Method::PUT, &path, view).await).2, ["view.url"]);
    }
    let named = invalid(line.client.add_liff_app(&shop().description("LINE shop")).await);
    assert!(named.starts_with("description: "), "{named}");
    let raw = json!({"view": {"type": "full", "url": "https://example.com"}, "description": "LINE shop"});
    assert_eq!(told(&line.post(APPS, raw).await).2, ["description"]);
}

#[tokio::test]
async fn other_words_than_lines_are_refused() {
    let line = Line::new().await;
    let view = json!({"type": "full", "url": "https://example.com"});
    for (body, property) in [
        (json!({}), "view"),
        (json!({"view": {"type": "huge", "url": "https://example.com"}}), "view.type"),
        (json!({"view": view, "scope": ["profile", "everything"]}), "scope[1]"),
        (json!({"view": view, "botPrompt": "please"}), "botPrompt"),
        (json!({"view": view, "permanentLinkPattern": "replace"}), "permanentLinkPattern"),
    ] {
        assert_eq!(told(&line.post(APPS, body).await).2, [property]);
    }
}
