//! The object: created, checked, read, listed, deleted.

use http::Method;
use line_bot_server::line::RichMenuId;
use line_bot_server::line::action::{CameraAction, Place, PostbackAction, RichMenuSwitchAction, UriAction};
use line_bot_server::line::rich_menu::{
    AreaAction, Bounds, RichMenu, RichMenuBatch, RichMenuOperation, RichMenuSize, StoredRichMenu,
};
use serde_json::json;

use super::{created, menu, nobody};
use crate::support::Called;
use crate::support::called::{invalid, properties, refused};

#[tokio::test]
async fn a_menu_is_created_read_listed_and_deleted() {
    let line = Called::new().await;
    let wanted = menu()
        .selected(true)
        .area(Bounds::new(0, 0, 1, 1), UriAction::new("Shop", "https://example.com/"))
        .area(Bounds::new(2499, 842, 1, 1), RichMenuSwitchAction::new("tab-b", "to=b"));
    line.client.validate_rich_menu(&wanted).await.unwrap();
    let id = line.client.create_rich_menu(&wanted).await.unwrap();
    assert!(id.request_id.is_some());
    let id = id.value;
    let stored = line.client.rich_menu(&id).await.unwrap().value;
    assert_eq!(stored.rich_menu_id, id);
    assert_eq!(serde_json::to_value(&stored.menu).unwrap(), serde_json::to_value(&wanted).unwrap());
    assert_eq!(line.client.rich_menus().await.unwrap().value.richmenus, std::slice::from_ref(&stored));

    let copy = line.client.create_rich_menu(&stored.menu).await.unwrap().value;
    assert_ne!(copy, id);
    line.client.delete_rich_menu(&id).await.unwrap();
    assert_eq!(refused(line.client.rich_menu(&id).await), (404, "Not found".to_owned()));
    assert_eq!(refused(line.client.delete_rich_menu(&id).await), (404, "Not found".to_owned()));
    let left = line.client.rich_menus().await.unwrap().value.richmenus;
    assert_eq!(left.iter().map(|it| &it.rich_menu_id).collect::<Vec<_>>(), [&copy]);
}

/// At the limit it passes on both sides; above it is refused here, and by LINE where it names this property.
async fn limit(line: &Called, at: RichMenu, above: RichMenu, told: &str, property: &str) {
    line.client.validate_rich_menu(&at).await.unwrap();
    assert_eq!(invalid(line.client.validate_rich_menu(&above).await), told);
    assert_eq!(invalid(line.client.create_rich_menu(&above).await), told);
    let body = serde_json::to_value(&above).unwrap();
    for path in ["/v2/bot/richmenu/validate", "/v2/bot/richmenu"] {
        assert_eq!(properties(&line.raw(Method::POST, path, body.clone()).await), [property], "{told}");
    }
}

#[tokio::test]
async fn sizes_have_limits() {
    let line = Called::new().await;
    let sized = |width, height| RichMenu::new(RichMenuSize::new(width, height), "n", "t");
    for (at, above, told, property) in [
        ((800, 250), (799, 250), "size.width: 799 pixels, 800 to 2500 are allowed", "size.width"),
        ((2500, 250), (2501, 250), "size.width: 2501 pixels, 800 to 2500 are allowed", "size.width"),
        ((800, 250), (800, 249), "size.height: 249 pixels, 250 or more are needed", "size.height"),
        (
            (2500, 1724),
            (2500, 1725),
            "size.height: 1725 pixels, 1724 are allowed at a width of 2500: width / height is at least 1.45",
            "size.height",
        ),
        (
            (800, 551),
            (800, 552),
            "size.height: 552 pixels, 551 are allowed at a width of 800: width / height is at least 1.45",
            "size.height",
        ),
    ] {
        limit(&line, sized(at.0, at.1), sized(above.0, above.1), told, property).await;
    }
    assert!(RichMenuSize::LARGE.check().is_ok() && RichMenuSize::COMPACT.check().is_ok());
    let told = invalid(line.client.validate_rich_menu(&sized(u32::MAX, u32::MAX)).await);
    assert_eq!(told, "size.width: 4294967295 pixels, 800 to 2500 are allowed");
}

#[tokio::test]
async fn names_are_counted_in_grapheme_clusters() {
    let line = Called::new().await;
    let named = |name: String, text: String| RichMenu::new(RichMenuSize::COMPACT, name, text);
    let thumbs = |count| "\u{1F44D}\u{1F3FD}".repeat(count);
    let told = "name: 301 grapheme clusters, 300 are allowed";
    limit(&line, named(thumbs(300), String::new()), named(thumbs(301), String::new()), told, "name").await;
    let told = "chatBarText: 15 grapheme clusters, 14 are allowed";
    limit(&line, named("n".into(), thumbs(14)), named("n".into(), thumbs(15)), told, "chatBarText").await;
}

#[tokio::test]
async fn areas_are_at_most_twenty_and_lie_within_the_menu() {
    let line = Called::new().await;
    let action = || PostbackAction::unlabelled("d");
    let areas = |count| {
        (0..count).fold(RichMenu::new(RichMenuSize::COMPACT, "n", "t"), |menu, at| {
            menu.area(Bounds::new(at, 0, 1, 1), action())
        })
    };
    limit(&line, areas(20), areas(21), "areas: 21 areas, 20 are allowed", "areas").await;
    let at = |bounds| RichMenu::new(RichMenuSize::COMPACT, "n", "t").area(bounds, action());
    for (good, bad, told, property) in [
        (
            Bounds::new(2499, 0, 1, 1),
            Bounds::new(2500, 0, 1, 1),
            "areas[0].bounds.width: ends at pixel 2501, 2500 is the width of the rich menu",
            "areas[0].bounds.width",
        ),
        (
            Bounds::new(0, 1, 1, 842),
            Bounds::new(0, 1, 1, 843),
            "areas[0].bounds.height: ends at pixel 844, 843 is the height of the rich menu",
            "areas[0].bounds.height",
        ),
        (
            Bounds::new(0, 0, 1, 1),
            Bounds::new(0, 0, 0, 1),
            "areas[0].bounds.width: 0 pixels, 1 or more are needed",
            "areas[0].bounds.width",
        ),
        (
            Bounds::new(0, 0, 1, 1),
            Bounds::new(0, 0, 1, 0),
            "areas[0].bounds.height: 0 pixels, 1 or more are needed",
            "areas[0].bounds.height",
        ),
    ] {
        limit(&line, at(good), at(bad), told, property).await;
    }
    let told = invalid(line.client.validate_rich_menu(&at(Bounds::new(u32::MAX, 0, u32::MAX, 1))).await);
    assert!(told.contains("ends at pixel 8589934590"), "{told}");
}

#[tokio::test]
async fn a_size_beyond_all_reckoning_is_refused_in_words() {
    let line = Called::new().await;
    let mut body = serde_json::to_value(menu()).unwrap();
    for height in [json!(u64::MAX), json!(1e300)] {
        body["size"]["height"] = height;
        let got = line.raw(Method::POST, "/v2/bot/richmenu/validate", body.clone()).await;
        assert!(properties(&got).contains(&"size.height"), "{got:?}");
    }
}

#[tokio::test]
async fn actions_are_those_of_a_rich_menu() {
    let line = Called::new().await;
    let with = |action: AreaAction| {
        RichMenu::new(RichMenuSize::COMPACT, "n", "t").area(Bounds::new(0, 0, 9, 9), action)
    };
    let labelled = |count: usize| with(PostbackAction::new("x".repeat(count), "d").into());
    let told = "areas[0].action.label: 21 grapheme clusters, 20 are allowed";
    limit(&line, labelled(Place::LABEL_MAX), labelled(21), told, "areas[0].action.label").await;
    let told = "areas[0].action.type: `camera` stands in a rich menu, only a quick reply may have it";
    let switch = |alias: usize| with(RichMenuSwitchAction::new("a".repeat(alias), "d").into());
    limit(&line, switch(32), with(CameraAction::new("Photo").into()), told, "areas[0].action.type").await;
    let told = "areas[0].action.richMenuAliasId: 33 UTF-16 code units, 32 are allowed";
    limit(&line, switch(32), switch(33), told, "areas[0].action.richMenuAliasId").await;
}

#[tokio::test]
async fn what_is_missing_is_named_in_lines_words() {
    let line = Called::new().await;
    let got = line.raw(Method::POST, "/v2/bot/richmenu", json!({})).await;
    assert_eq!(properties(&got), ["size", "selected", "name", "chatBarText", "areas"]);
    assert_eq!(got.1["details"][0]["message"], "must be specified");
    let body = json!({
        "size": {"width": "wide", "height": 843}, "selected": "no", "name": "n", "chatBarText": "t",
        "areas": [{}],
    });
    let got = line.raw(Method::POST, "/v2/bot/richmenu", body).await;
    assert_eq!(properties(&got), ["size.width", "selected", "areas[0].bounds", "areas[0].action"]);
    assert!(line.client.rich_menus().await.unwrap().richmenus.is_empty());
}

#[tokio::test]
async fn an_account_has_a_thousand_menus_and_a_batch_a_thousand_operations() {
    let line = Called::new().await;
    let (object, mut menus) = (serde_json::to_value(menu()).unwrap(), Vec::new());
    for _ in 0..1000 {
        let (_, made) = line.raw(Method::POST, "/v2/bot/richmenu", object.clone()).await;
        menus.push(RichMenuId::from(made["richMenuId"].as_str().unwrap()));
    }
    let (status, message) = refused(line.client.create_rich_menu(&menu()).await);
    assert_eq!(status, 400, "{message}");
    let all = RichMenuBatch::each(menus.iter().cloned().map(RichMenuOperation::unlink));
    line.client.validate_rich_menu_batch(&all).await.unwrap();
    let more = menus.iter().cloned().chain([nobody()]).map(RichMenuOperation::unlink);
    let more = RichMenuBatch::each(more);
    let told = "operations: 1001 operations, 1000 are allowed";
    assert_eq!(invalid(line.client.validate_rich_menu_batch(&more).await), told);
    assert_eq!(invalid(line.client.rich_menu_batch(&more).await), told);
    let body = serde_json::to_value(&more).unwrap();
    assert_eq!(properties(&line.raw(Method::POST, "/v2/bot/richmenu/batch", body).await), ["operations"]);
    line.client.delete_rich_menu(&menus[0]).await.unwrap();
    created(&line).await;
}

#[test]
fn an_answer_is_read_however_little_or_much_it_says() {
    let least = json!({
        "richMenuId": "richmenu-1", "size": {}, "selected": false, "name": "n", "chatBarText": "t", "areas": [{}],
    });
    let read: StoredRichMenu = serde_json::from_value(least).unwrap();
    assert_eq!(read.menu.areas[0].bounds, Bounds::new(0, 0, 0, 0));
    let action = json!({"type": "teleport", "where": "secret place"});
    let more = json!({
        "richMenuId": "richmenu-1", "size": {"width": 2500, "height": 843, "depth": 1}, "selected": true, "name": "n",
        "chatBarText": "t", "new": {}, "areas": [{"bounds": {"x": 1, "y": 2, "width": 3, "height": 4}, "action": action}],
    });
    let read: StoredRichMenu = serde_json::from_value(more).unwrap();
    assert_eq!(read.menu.areas[0].action, AreaAction::AsGiven(action));
    assert!(!format!("{read:?}").contains("secret"), "{read:?}");
    assert!(read.menu.check().is_ok());
}
