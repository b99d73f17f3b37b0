//! What LINE says of each channel: a checklist for the day of deployment.

use super::tokens;
use crate::app;
use crate::cli::Out;
use crate::client::{Client, ClientError};
use crate::config::{Config, Token};

/// Asks about every channel; `false` when something is wrong.
pub(super) async fn ask(config: &Config, out: &mut Out) -> anyhow::Result<bool> {
    let mut good = true;
    let clients = app::clients(config)?;
    for channel in &config.channels {
        let Some(client) = clients.get(&channel.name) else { continue };
        out.line(format_args!("channel {}, asked of {}:", channel.name, channel.client.api_base_url))?;
        for (fine, text) in checklist(client, &channel.token).await {
            good &= fine;
            out.line(format_args!("  {}: {text}", if fine { "ok" } else { "FAULT" }))?;
        }
        client.give_back_token().await;
    }
    out.line(
        "remember: webhook redelivery must be switched on in the LINE Developers Console (Messaging API tab), or an \
         event that could not be taken never comes again; LINE has no call that tells",
    )?;
    Ok(good)
}

/// The `reason` of a test that went well
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#test-webhook-endpoint)).
const OK: &str = "OK";

/// Whether it is well, and what is so.
pub(super) type Line = (bool, String);

async fn checklist(client: &Client, source: &Token) -> Vec<Line> {
    let token = token(client).await;
    // Without a token every other question has the same answer.
    if !token.0 {
        return vec![token];
    }
    let mut lines = vec![token];
    lines.extend(tokens::more(client, source).await);
    lines.extend(endpoint(client).await);
    lines.push(quota(client).await);
    lines
}

async fn token(client: &Client) -> Line {
    match client.bot_info().await {
        Ok(bot) => (true, format!("the token is that of {} ({})", bot.display_name, bot.basic_id)),
        Err(error) => (false, format!("the token does not work: {error}")),
    }
}

async fn endpoint(client: &Client) -> Vec<Line> {
    let endpoint = match client.webhook_endpoint().await {
        Ok(endpoint) => endpoint,
        Err(error) if is_missing(&error) => {
            let text = "no webhook URL is set; set it in the console (Messaging API tab)";
            return vec![(false, text.to_owned())];
        }
        Err(error) => return vec![(false, format!("cannot ask for the webhook URL: {error}"))],
    };
    let active = if endpoint.active {
        (true, "webhooks are switched on".to_owned())
    } else {
        (
            false,
            "webhooks are switched off; switch on \"Use webhook\" in the console (Messaging API tab)"
                .to_owned(),
        )
    };
    vec![(true, format!("the webhook URL is {}", endpoint.endpoint)), active, test(client).await]
}

fn is_missing(error: &ClientError) -> bool {
    matches!(error.kind, crate::client::ErrorKind::Refused { status: 404, .. })
}

async fn test(client: &Client) -> Line {
    match client.test_webhook_endpoint(None).await {
        Ok(test) if test.reason == OK => (true, "LINE sent it an empty webhook and got 200".to_owned()),
        Ok(test) => {
            let hint = match test.status_code {
                401 => "; LINE_CHANNEL_SECRET is not this channel's, or a proxy rewrites bodies",
                404 => "; compare the URL with WEBHOOK_PATH and the channel's name",
                _ => "",
            };
            let (reason, detail) = (&test.reason, &test.detail);
            (false, format!("LINE sent it an empty webhook and failed: {reason}, {detail}{hint}"))
        }
        Err(error) => (false, format!("cannot have LINE test the webhook URL: {error}")),
    }
}

async fn quota(client: &Client) -> Line {
    let (quota, used) = match (client.quota().await, client.quota_consumption().await) {
        (Ok(quota), Ok(used)) => (quota, used.total_usage),
        (Err(error), _) | (_, Err(error)) => return (false, format!("cannot ask for the quota: {error}")),
    };
    match quota.value.value {
        None => (true, format!("{used} messages sent this month, without a limit")),
        Some(limit) if used >= limit => (
            false,
            format!("{used} of {limit} messages sent this month: pushes fail, only replies go through"),
        ),
        Some(limit) => (true, format!("{used} of {limit} messages sent this month")),
    }
}
