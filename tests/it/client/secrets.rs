//! No token, secret or message text in anything that is printed.

use line_bot_server::client::{Client, ClientError, Grant, IssuerSettings, SharedSecret, TokenSource};
use line_bot_server::line::{ReplyToken, UserId};
use secrecy::SecretString;

use super::scripted::{Server, TOKEN, answer, clock, http};
use super::tokens::{SECRET, stateless};

const TEXT: &str = "what the user is told";

fn assert_silent(printed: &str) {
    for secret in [TOKEN, SECRET, TEXT, "rt-secret"] {
        assert!(!printed.contains(secret), "{secret:?} in {printed}");
    }
}

#[tokio::test]
async fn a_token_that_line_echoes_is_not_in_the_error() {
    let body =
        format!(r#"{{"message":"bad {TOKEN}","details":[{{"message":"{TOKEN}","property":"{TOKEN}"}}]}}"#);
    for body in [body.clone(), format!("<p>Bearer {TOKEN}</p>")] {
        for status in [400, 401, 404, 429, 500] {
            let echo = body.clone();
            let server = Server::start(move |_| answer(status, &echo)).await;
            let errors: [ClientError; 3] = [
                server.client().bot_info().await.unwrap_err(),
                server.client().push(UserId::from("U1"), TEXT).await.unwrap_err(),
                server.client().reply(ReplyToken::new("rt-secret"), TEXT).await.unwrap_err(),
            ];
            for error in errors {
                assert_silent(&format!("{error} {error:?}"));
            }
        }
    }
}

#[tokio::test]
async fn a_channel_secret_that_line_echoes_is_not_in_the_error() {
    let body = format!(r#"{{"error":"invalid_client","error_description":"secret {SECRET} is wrong"}}"#);
    for status in [400, 500] {
        let echo = body.clone();
        let server = Server::start(move |_| answer(status, &echo)).await;
        let client = Client::new(server.settings(), http(), stateless(&server, &clock()), clock());
        let error = client.bot_info().await.unwrap_err();
        assert_silent(&format!("{error} {error:?}"));
    }
}

#[tokio::test]
async fn nothing_that_holds_a_secret_or_a_text_prints_it() {
    let server = Server::script([]).await;
    let client = server.client();
    let request = client.reply(ReplyToken::new("rt-secret"), TEXT).into_request().unwrap();
    assert_silent(&format!("{request:?} {client:?} {:?}", server.settings()));
    assert_silent(&format!("{:?}", client.push(UserId::from("U1"), TEXT).into_request().unwrap()));
    let fixed = TokenSource::fixed(SecretString::from(TOKEN));
    let secret = SharedSecret::new(SecretString::from(SECRET));
    assert_silent(&format!("{fixed:?} {:?} {secret:?}", stateless(&server, &clock())));
    let settings = IssuerSettings {
        channel_id: "1234567890".to_owned(),
        grant: Grant::Stateless(secret),
        api_base_url: server.url,
        transport: http(),
        clock: clock(),
        timeout: std::time::Duration::from_secs(1),
    };
    assert_silent(&format!("{settings:?}"));
}

#[tokio::test]
async fn a_token_with_a_line_break_is_named_without_being_shown() {
    let server = Server::script([]).await;
    let source = TokenSource::fixed(SecretString::from(format!("{TOKEN}\n")));
    let client = Client::new(server.settings(), http(), source, clock());
    let error = client.bot_info().await.unwrap_err();
    assert_silent(&format!("{error} {error:?}"));
    assert!(error.to_string().contains("LINE_CHANNEL_ACCESS_TOKEN"), "{error}");
    assert!(server.seen().is_empty());
}
