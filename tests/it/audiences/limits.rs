//! Every limit: at it fine, beyond it refused here and, sent past the client, by the simulator in LINE's words.

use http::Method;
use line_bot_server::client::api::audience::UserIdFile;
use line_bot_server::client::{ClientError, ErrorKind};
use line_bot_server::line::audience::{
    AUDIENCE_FILE_IDS_MAX, AUDIENCE_IDS_MAX, AUDIENCE_NAME_MAX, AUDIENCES_MAX, AddToAudience, AudienceFilter,
    AudienceProblem, CLICK_URL_MAX, ClickAudience, ImpressionAudience, NewAudience, UPLOAD_DESCRIPTION_MAX,
};
use line_bot_server::line::{RequestId, TextMessage};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::kit::{Kit, code, problem};

#[track_caller]
fn refused<T>(outcome: Result<T, ClientError>, told: &str) {
    let Err(error) = outcome else { panic!("it was sent") };
    assert!(matches!(error.kind, ErrorKind::Invalid(_)), "{error}");
    assert!(error.to_string().ends_with(told), "{error}, not {told}");
}

fn long(length: usize) -> String {
    "ä".repeat(length)
}

#[tokio::test]
async fn a_name_has_1_to_120_characters_and_no_control_characters() {
    let kit = Kit::new().await;
    let id = kit.sim.audience("Old", &kit.friends(1));
    kit.client.rename_audience(id, long(AUDIENCE_NAME_MAX)).await.unwrap();
    let cases = [
        (long(121), "description: 121 UTF-16 code units, 120 are allowed", "AUDIENCE_GROUP_NAME_SIZE_OVER"),
        (
            String::new(),
            "description: 0 UTF-16 code units, 1 to 120 are allowed",
            "AUDIENCE_GROUP_NAME_EMPTY",
        ),
        ("a\tb".to_owned(), "description: a control character, none is allowed", "AUDIENCE_GROUP_NAME_WRONG"),
    ];
    for (name, told, word) in cases {
        refused(kit.client.rename_audience(id, &*name).await, told);
        refused(kit.client.create_audience(&NewAudience::of_users(&*name, ["U1"])).await, told);
        refused(kit.client.create_audience_by_file(&*name, UserIdFile::bytes("U1")).await, told);
        refused(kit.client.create_click_audience(&ClickAudience::new(&*name, "r")).await, told);
        refused(kit.client.create_impression_audience(&ImpressionAudience::new(&*name, "r")).await, told);
        let rename = (Method::PUT, format!("{id}/updateDescription"));
        for (method, path) in [
            rename,
            (Method::POST, "upload".into()),
            (Method::POST, "click".into()),
            (Method::POST, "imp".into()),
        ] {
            let (status, body) = kit.raw(method, &path, Some(json!({"description": name}))).await;
            assert_eq!((status, code(&body)), (400, word), "{path}");
        }
    }
}

#[tokio::test]
async fn the_name_of_an_upload_has_up_to_300_characters() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    let id = kit.sim.audience("Regulars", &friends);
    let told = "uploadDescription: 301 UTF-16 code units, 300 are allowed";
    let new = |length| NewAudience::of_users("New", friends.clone()).upload_description(long(length));
    let add = |length| AddToAudience::users(id, friends.clone()).upload_description(long(length));
    let file = || UserIdFile::bytes(friends[0].to_string());
    kit.client.create_audience(&new(UPLOAD_DESCRIPTION_MAX)).await.unwrap();
    kit.client.add_to_audience(&add(UPLOAD_DESCRIPTION_MAX)).await.unwrap();
    kit.client.add_to_audience_by_file(id, file()).upload_description(long(300)).await.unwrap();
    refused(kit.client.create_audience(&new(301)).await, told);
    refused(kit.client.add_to_audience(&add(301)).await, told);
    refused(kit.client.add_to_audience_by_file(id, file()).upload_description(long(301)).await, told);
    let body =
        json!({"audienceGroupId": id, "uploadDescription": long(301), "audiences": [{"id": friends[0]}]});
    let (status, body) = kit.raw(Method::PUT, "upload", Some(body)).await;
    assert_eq!((status, code(&body)), (400, "AUDIENCE_GROUP_UPLOAD_DESCRIPTION_SIZE_OVER"));
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("U{n:032x}")).collect()
}

#[tokio::test]
async fn a_request_has_up_to_10000_ids_and_one_that_adds_has_some() {
    let kit = Kit::new().await;
    let id = kit.sim.audience("Regulars", &kit.friends(1));
    kit.client.create_audience(&NewAudience::of_users("Full", ids(AUDIENCE_IDS_MAX))).await.unwrap();
    kit.client.create_audience(&NewAudience::of_users("Empty", ids(0))).await.unwrap();
    kit.client.add_to_audience(&AddToAudience::users(id, ids(AUDIENCE_IDS_MAX))).await.unwrap();
    let told = "audiences: 10001 ids, 10000 are allowed";
    refused(kit.client.create_audience(&NewAudience::of_users("Over", ids(10_001))).await, told);
    refused(kit.client.add_to_audience(&AddToAudience::users(id, ids(10_001))).await, told);
    let none = AddToAudience::users(id, ids(0));
    refused(kit.client.add_to_audience(&none).await, "audiences: 0 ids, 1 to 10000 are allowed");
    let raw = |ids: Vec<String>| {
        let ids: Vec<Value> = ids.into_iter().map(|id| json!({"id": id})).collect();
        kit.raw(Method::PUT, "upload", Some(json!({"audienceGroupId": id, "audiences": ids})))
    };
    let (status, body) = raw(ids(10_001)).await;
    assert_eq!((status, code(&body)), (400, "UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS"));
    let (status, body) = raw(ids(0)).await;
    assert_eq!((status, code(&body)), (400, "UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS"));
}

#[tokio::test]
async fn a_file_has_up_to_1500000_lines() {
    let kit = Kit::new().await;
    // One good id, and lines that are as short as can be.
    let lines = |count: usize| format!("{}\n{}", kit.friends(1)[0], "x\n".repeat(count - 1));
    let file = UserIdFile::bytes(lines(AUDIENCE_FILE_IDS_MAX));
    kit.client.create_audience_by_file("Full", file).await.unwrap();
    let file = UserIdFile::bytes(lines(1_500_001));
    refused(
        kit.client.create_audience_by_file("Over", file).await,
        "file: 1500001 lines, 1500000 are allowed",
    );
    let part = Part::text(lines(1_500_001)).mime_str("text/plain").unwrap();
    let (status, body) =
        kit.form(Method::POST, Form::new().text("description", "Over").part("file", part)).await;
    assert_eq!((status, code(&body)), (400, "UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS"));
}

#[tokio::test]
async fn a_clicked_link_has_up_to_2000_characters() {
    let kit = Kit::new().await;
    kit.friends(1);
    let sent = kit.client.broadcast([TextMessage::new("News!")]).await.unwrap();
    let request: RequestId = sent.request_id.unwrap();
    let url = |length: usize| format!("https://example.com/{}", "a".repeat(length - 20));
    let click = |length| ClickAudience::new("Clickers", request.clone()).click_url(url(length));
    kit.client.create_click_audience(&click(CLICK_URL_MAX)).await.unwrap();
    let told = "clickUrl: 2001 UTF-16 code units, 2000 are allowed";
    refused(kit.client.create_click_audience(&click(2001)).await, told);
    let body = json!({"description": "x", "requestId": request, "clickUrl": url(2001)});
    assert_eq!(kit.raw(Method::POST, "click", Some(body)).await.0, 400);
}

#[tokio::test]
async fn a_page_has_1_to_40_audiences() {
    let kit = Kit::new().await;
    let sized = |size| AudienceFilter::default().size(size);
    kit.client.audiences(&sized(1)).await.unwrap();
    kit.client.audiences(&sized(40)).await.unwrap();
    for size in [0, 41] {
        refused(kit.client.audiences(&sized(size)).await, &format!("size: {size}, 1 to 40 are allowed"));
        let (status, _) = kit.raw(Method::GET, &format!("list?page=1&size={size}"), None).await;
        assert_eq!(status, 400, "{size}");
    }
    for page in ["list", "list?page=0", "list?page=x", "shared/list"] {
        assert_eq!(kit.raw(Method::GET, page, None).await.0, 400, "{page}");
    }
}

#[tokio::test]
async fn a_channel_has_up_to_1000_audiences() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    for n in 1..AUDIENCES_MAX {
        kit.sim.audience(&format!("{n}"), &friends);
    }
    kit.client.create_audience(&NewAudience::of_users("The last", friends.clone())).await.unwrap();
    let over = kit.client.create_audience(&NewAudience::of_users("Over", friends)).await;
    assert_eq!(problem(over), AudienceProblem::TooManyAudiences);
}
