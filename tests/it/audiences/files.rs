//! Uploads of files: streamed, opened anew for each attempt, broken off when the file fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use line_bot_server::client::api::audience::UserIdFile;
use line_bot_server::client::{ErrorKind, Payload};
use line_bot_server::line::UserId;
use line_bot_server::line::audience::{AudienceProblem, AudienceStatus};
use line_bot_server::simulator::{Fault, Harm};
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::kit::{Kit, code, problem};
use crate::client::scripted::{Server, answer};

fn text(ids: &[UserId]) -> String {
    ids.iter().map(|id| format!("{id}\n")).collect()
}

#[tokio::test]
async fn ids_come_from_a_file_from_memory_or_line_by_line() {
    let kit = Kit::new().await;
    let mut friends = kit.friends(3);
    friends.sort();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("regulars.txt");
    std::fs::write(&path, text(&friends).replace('\n', "\r\n").trim_end()).unwrap();
    let given = friends.clone();
    let files = [
        (UserIdFile::path(&path), "regulars.txt"),
        (UserIdFile::bytes(text(&friends)), "audience.txt"),
        (UserIdFile::lines(move || given.clone().into_iter().map(|id| id.to_string())), "audience.txt"),
    ];
    for (file, name) in files {
        let created = kit.client.create_audience_by_file("Regulars", file).await.unwrap();
        let id = created.audience_group_id;
        assert_eq!(kit.sim.audience_members(id), friends);
        let data = kit.client.audience(id).await.unwrap();
        assert_eq!(data.audience_group.status, AudienceStatus::Ready);
        assert_eq!(data.jobs[0].description.as_deref(), Some(name));
    }
}

#[tokio::test]
async fn an_upload_says_what_it_is_and_goes_to_the_host_of_data() {
    let kit = Kit::new().await;
    let id = kit.sim.audience("Regulars", &kit.friends(1));
    let ifas = "123e4567-e89b-12d3-a456-426614174000\n";
    let create = || kit.client.create_audience_by_file("Ads", UserIdFile::bytes(ifas));
    let request = create().into_request().unwrap();
    assert_eq!(request.endpoint.host, line_bot_server::client::Host::Data);
    assert!(matches!(request.body, Payload::Upload(_)));
    let created = create().of_ifas().upload_description("spring").await.unwrap();
    assert!(created.is_ifa_audience);
    let more = UserIdFile::bytes(text(&kit.friends(2)));
    kit.client.add_to_audience_by_file(id, more).upload_description("more").await.unwrap();
    let calls = kit.sim.calls_to("audience-upload-by-file");
    let asked = json!({"description": "Ads", "isIfaAudience": true, "uploadDescription": "spring", "file": "1 lines"});
    assert_eq!(*calls[0].body, asked);
    let asked = json!({"audienceGroupId": id, "uploadDescription": "more", "file": "2 lines"});
    assert_eq!(*calls[1].body, asked);
    assert_eq!(kit.sim.audience_members(id).len(), 2);
}

#[tokio::test]
async fn unknown_and_malformed_lines_of_a_file_are_left_out_and_one_must_be_good() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    let ids = format!("{}\n\nnonsense\nU{}\n", friends[0], "0".repeat(32));
    let created = kit.client.create_audience_by_file("Regulars", UserIdFile::bytes(ids)).await.unwrap();
    assert_eq!(kit.sim.audience_members(created.audience_group_id), friends);
    let bad = kit.client.create_audience_by_file("Nobody", UserIdFile::bytes("nonsense\n")).await;
    assert_eq!(problem(bad), AudienceProblem::NoValidIds);
}

#[tokio::test]
async fn the_simulator_reads_a_file_whatever_the_order_of_the_form_and_refuses_what_is_none() {
    let kit = Kit::new().await;
    let ids = text(&kit.friends(2));
    let plain = |text: String| Part::text(text).file_name("a.txt").mime_str("text/plain").unwrap();
    let form = Form::new().part("file", plain(ids.clone())).text("description", "Late");
    let (status, body) = kit.form(Method::POST, form).await;
    assert_eq!((status, &body["description"]), (202, &json!("Late")));
    let (status, _) = kit.form(Method::POST, Form::new().text("description", "x")).await;
    assert_eq!(status, 400, "no file");
    let (status, body) = kit.form(Method::POST, Form::new().part("file", plain(ids.clone()))).await;
    assert_eq!((status, code(&body)), (400, "AUDIENCE_GROUP_NAME_EMPTY"));
    let image = Part::text(ids).file_name("a.png").mime_str("image/png").unwrap();
    let (status, _) = kit.form(Method::POST, Form::new().text("description", "x").part("file", image)).await;
    assert_eq!(status, 400, "not a text");
    let (status, _) = kit.raw(Method::POST, "upload/byFile", Some(json!({}))).await;
    assert_eq!(status, 415);
}

#[tokio::test]
async fn each_attempt_reads_the_file_from_its_beginning() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let lines = UserIdFile::bytes("U1\nU2\n");
    let again = UserIdFile::lines(move || {
        count.fetch_add(1, Ordering::SeqCst);
        ["U1", "U2"]
    });
    let kit = Kit::new().await;
    kit.sim.fault(Fault::on("audience-upload-by-file", Harm::server_error()).times(1));
    let patient = Server::script([answer(429, "{}"), answer(500, "{}"), answer(202, "{}")]).await;
    patient.client().add_to_audience_by_file(7, lines).await.unwrap();
    let seen = patient.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|seen| seen.body.contains("\r\n\r\nU1\nU2\n\r\n--")), "{seen:?}");
    let content_types: Vec<_> = seen.iter().map(|seen| seen.header("content-type").unwrap()).collect();
    assert!(content_types[0].starts_with("multipart/form-data; boundary="));
    assert_ne!(content_types[0], content_types[1], "a body of its own");
    let error = kit.client.create_audience_by_file("Regulars", again).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(opened.load(Ordering::SeqCst), 1, "making one is not repeated");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_by_name_and_nothing_is_sent() {
    let kit = Kit::new().await;
    let file = UserIdFile::path("no/such/file.txt");
    let error = kit.client.create_audience_by_file("Regulars", file).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Upload(_)), "{error}");
    assert!(error.to_string().contains("no/such/file.txt"), "{error}");
    assert!(kit.sim.calls_to("audience-upload-by-file").is_empty());
}

#[tokio::test]
async fn a_file_that_fails_on_the_way_makes_nothing() {
    let kit = Kit::new().await;
    let friends = text(&kit.friends(1));
    let file = UserIdFile::lines(move || {
        let good = std::iter::repeat_n(friends.trim_end().to_owned(), 1_500_001);
        good.into_iter()
    });
    let error = kit.client.create_audience_by_file("Too many", file).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Upload(_)), "{error}");
    assert!(error.to_string().contains("1500000 lines"), "{error}");
    let all = kit.client.audiences(&Default::default()).await.unwrap();
    assert!(all.items.is_empty(), "half a file is no audience");
}
