//! One name, one key for each kind of send: a name used for two kinds is no false success.

use line_bot_server::client::Client;
use line_bot_server::line::{RetryKey, UserId};

use crate::client::scripted::Server;

fn keys(client: &Client, name: &str) -> [RetryKey; 4] {
    let requests = [
        client.push(UserId::from("U1"), "hi").key(name).into_request(),
        client.multicast(["U1"], "hi").key(name).into_requests().map(|mut all| all.remove(0)),
        client.narrowcast("hi").key(name).into_request(),
        client.broadcast("hi").key(name).into_request(),
    ];
    requests.map(|request| request.unwrap().retry_key.unwrap())
}

#[tokio::test]
async fn a_name_is_the_same_key_each_time_and_another_for_each_kind_name_and_channel() {
    let server = Server::script([]).await;
    let (client, other) = (server.client(), server.client_with(|settings| settings.channel = "shop".into()));
    let first = keys(&client, "news");
    assert_eq!(first, keys(&client, "news"));
    let mut all = [first, keys(&client, "other"), keys(&other, "news")].concat();
    all.sort_by_key(ToString::to_string);
    all.dedup();
    assert_eq!(all.len(), 12);
}

/// A repeat in a day's time, by another version, must have the same key.
#[tokio::test]
async fn the_keys_of_names_are_the_same_for_ever() {
    let client = Server::script([]).await.client();
    let for_ever = [
        "ec7871cd-930e-5900-a446-73343654dc2b",
        "6a977a26-502f-545b-bc03-5a8d3065a41d",
        "07a19d4f-385a-52e1-b875-bf2c486eafcf",
        "e9adb990-b82b-5f2d-a128-cc26ce333965",
    ];
    assert_eq!(keys(&client, "news").map(|key| key.to_string()), for_ever);
}

#[tokio::test]
async fn the_very_key_is_taken_as_it_is() {
    let client = Server::script([]).await.client();
    let key = RetryKey::random();
    for request in [
        client.push(UserId::from("U1"), "hi").retry_key(key).into_request(),
        client.narrowcast("hi").retry_key(key).into_request(),
        client.broadcast("hi").retry_key(key).into_request(),
    ] {
        assert_eq!(request.unwrap().retry_key, Some(key));
    }
    let parts = || client.multicast(["U1"], "hi").retry_key(key).into_requests().unwrap();
    assert_eq!(parts()[0].retry_key, parts()[0].retry_key);
}
