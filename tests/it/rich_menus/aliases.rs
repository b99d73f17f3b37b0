//! Aliases: the names by which menus switch.

use http::Method;
use serde_json::{Value, json};

use super::{created, finished, nobody};
use crate::support::Called;
use crate::support::called::{invalid, properties, refused};

const ALIAS: &str = "/v2/bot/richmenu/alias";

#[tokio::test]
async fn an_alias_is_created_read_listed_updated_and_deleted() {
    let line = Called::new().await;
    let client = &line.client;
    let (a, b) = (finished(&line).await, finished(&line).await);
    assert!(client.rich_menu_aliases().await.unwrap().aliases.is_empty());
    client.create_rich_menu_alias("tab-a", &a).await.unwrap();
    client.create_rich_menu_alias("tab-b", &b).await.unwrap();
    assert_eq!(client.rich_menu_alias("tab-a").await.unwrap().rich_menu_id, a);
    assert_eq!(line.sim.rich_menu_by_alias("tab-a"), Some(a.clone()));
    let conflict = refused(client.create_rich_menu_alias("tab-a", &b).await);
    assert_eq!(conflict, (400, "conflict richmenu alias id".to_owned()));
    client.update_rich_menu_alias("tab-a", &b).await.unwrap();
    let listed = client.rich_menu_aliases().await.unwrap().value.aliases;
    let listed: Vec<_> = listed.iter().map(|it| (it.rich_menu_alias_id.as_str(), &it.rich_menu_id)).collect();
    assert_eq!(listed, [("tab-a", &b), ("tab-b", &b)]);
    client.delete_rich_menu_alias("tab-a").await.unwrap();
    let unknown = (404, "richmenu alias not found".to_owned());
    assert_eq!(refused(client.rich_menu_alias("tab-a").await), unknown);
    assert_eq!(refused(client.delete_rich_menu_alias("tab-a").await), unknown);
    assert_eq!(refused(client.update_rich_menu_alias("tab-a", &b).await), unknown);
}

#[tokio::test]
async fn an_alias_needs_a_menu_with_an_image() {
    let line = Called::new().await;
    let client = &line.client;
    let (a, bare) = (finished(&line).await, created(&line).await);
    client.create_rich_menu_alias("tab", &a).await.unwrap();
    for id in [bare, nobody()] {
        let refusal = (400, "richmenu not found".to_owned());
        assert_eq!(refused(client.create_rich_menu_alias("other", &id).await), refusal);
        assert_eq!(refused(client.update_rich_menu_alias("tab", &id).await), refusal);
    }
    let body = json!({"richMenuAliasId": "x", "richMenuId": "menu"});
    assert_eq!(properties(&line.raw(Method::POST, ALIAS, body).await), ["richMenuId"]);
    client.delete_rich_menu(&a).await.unwrap();
    assert_eq!(line.sim.rich_menu_by_alias("tab"), None);
}

#[tokio::test]
async fn an_alias_is_1_to_32_of_the_listed_characters() {
    let line = Called::new().await;
    let client = &line.client;
    let id = finished(&line).await;
    let longest = "az09_-".repeat(6)[..32].to_owned();
    client.create_rich_menu_alias(longest.as_str(), &id).await.unwrap();
    client.rich_menu_alias(longest).await.unwrap();
    let characters = "richMenuAliasId: other characters, a-z, 0-9, _ and - are allowed";
    for (bad, told) in [
        (&*"a".repeat(33), "richMenuAliasId: 33 UTF-16 code units, 32 are allowed"),
        ("Tab", characters),
        ("a.b", characters),
        ("é", characters),
    ] {
        assert_eq!(invalid(client.create_rich_menu_alias(bad, &id).await), told);
        assert_eq!(invalid(client.update_rich_menu_alias(bad, &id).await), told);
        assert_eq!(invalid(client.rich_menu_alias(bad).await), told);
        assert_eq!(invalid(client.delete_rich_menu_alias(bad).await), told);
        let body = json!({"richMenuAliasId": bad, "richMenuId": id});
        let one = format!("{ALIAS}/{bad}");
        for got in [
            line.raw(Method::POST, ALIAS, body.clone()).await,
            line.raw(Method::POST, &one, body).await,
            line.raw(Method::GET, &one, Value::Null).await,
            line.raw(Method::DELETE, &one, Value::Null).await,
        ] {
            assert_eq!(properties(&got), ["richMenuAliasId"], "{bad}");
        }
    }
    let told = "richMenuAliasId: 0 UTF-16 code units, 1 to 32 are allowed";
    assert_eq!(invalid(client.create_rich_menu_alias("", &id).await), told);
    let body = json!({"richMenuAliasId": "", "richMenuId": id});
    assert_eq!(properties(&line.raw(Method::POST, ALIAS, body).await), ["richMenuAliasId"]);
}

#[tokio::test]
async fn an_account_has_a_thousand_aliases() {
    let line = Called::new().await;
    let id = finished(&line).await;
    for at in 0..1000 {
        line.client.create_rich_menu_alias(format!("tab-{at}"), &id).await.unwrap();
    }
    let (status, message) = refused(line.client.create_rich_menu_alias("tab-1000", &id).await);
    assert_eq!(status, 400, "{message}");
    assert_eq!(line.client.rich_menu_aliases().await.unwrap().aliases.len(), 1000);
}
