//! `simulator`: a LINE Platform on this machine, for a bot of any language.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args as ClapArgs;

use super::conversation::{self, Look};
use super::stop::Stop;
use super::{DONE, Out, usage};
use crate::config::{self, Env, simulated};
use crate::simulator::{Redelivery, Settings, Simulator, StartError};

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The bot's webhook URL
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/callback", value_parser = webhook_url)]
    bot: String,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Listen on an address that other machines reach, too; the controls ask for no token
    #[arg(long)]
    allow_remote: bool,
    /// Deliver again and again, this far apart, until the bot answers 2xx; later events of the chat wait
    #[arg(long, value_name = "DURATION", value_parser = config::duration, conflicts_with = "redeliver_after")]
    redeliver_every: Option<Duration>,
    /// Deliver again after each of these waits, as LINE does with webhook redelivery on: 10s,1m,10m
    #[arg(long, value_name = "DURATIONS", value_parser = config::duration, value_delimiter = ',')]
    redeliver_after: Vec<Duration>,
    /// Messages the bot may push in all; beyond them it is told that its monthly limit is reached
    #[arg(long, value_name = "MESSAGES")]
    quota: Option<u64>,
}

fn webhook_url(text: &str) -> Result<String, String> {
    let good = text.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    });
    if good { Ok(text.to_owned()) } else { Err("write it like http://127.0.0.1:8080/callback".to_owned()) }
}

pub(super) async fn simulator(args: Args, out: &mut Out) -> anyhow::Result<u8> {
    let mut stop = Stop::listen()?;
    let look = Look::of_stdout();
    let identity = simulated::identity(&Env)?;
    let (secret_given, token_given) = (identity.secret.is_some(), identity.access_token.is_some());
    let simulator = match Simulator::start(settings(&args, identity)).await {
        Err(error @ StartError::NotLoopback(_)) => return usage(format!("{error} with --allow-remote")),
        started => started?,
    };
    simulator.point_at(&args.bot);
    let mut happenings = simulator.happenings();
    introduce(&simulator, &args.bot, [secret_given, token_given], out, look)?;
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => break,
            text = conversation::next(&mut happenings, look) => match text {
                Some(text) => out.line(text)?,
                None => break,
            },
        }
    }
    simulator.stop().await;
    Ok(DONE)
}

fn settings(args: &Args, identity: simulated::Identity) -> Settings {
    let redelivery = match (args.redeliver_every, &args.redeliver_after) {
        (Some(every), _) => Redelivery::UntilAcked { every },
        (None, waits) if waits.is_empty() => Redelivery::Off,
        (None, waits) => Redelivery::Schedule(waits.clone()),
    };
    let fresh = Settings::default();
    Settings {
        listen: args.listen,
        allow_remote: args.allow_remote,
        secret: identity.secret.unwrap_or(fresh.secret),
        access_token: identity.access_token.unwrap_or(fresh.access_token),
        channel_id: identity.channel_id.unwrap_or(fresh.channel_id),
        assertion_key: identity.assertion_key,
        redelivery,
        quota: args.quota,
        ..Settings::default()
    }
}

/// What the bot must be started with, as lines that an env file or a shell takes. What was given is not repeated.
fn introduce(
    simulator: &Simulator,
    bot: &str,
    given: [bool; 2],
    out: &mut Out,
    look: Look,
) -> anyhow::Result<()> {
    let base = simulator.base_url();
    out.line(look.heading(&format!("A LINE Platform at {base}, for the bot at {bot}")))?;
    out.line("\nStart the bot with these in its environment:\n")?;
    for (name, value) in simulated::addresses(&base) {
        out.line(format_args!("{name}={value}"))?;
    }
    let credentials = simulated::credentials(simulator.secret(), simulator.access_token());
    for ((name, value), given) in credentials.into_iter().zip(given) {
        if given {
            out.line(format_args!("# {name}: the same as here"))?;
        } else {
            out.line(format_args!("{name}={value}"))?;
        }
    }
    out.line(format_args!(
        "\nThen let Alice speak:\n\n  \
         curl {base}/_sim/say -H 'content-type: application/json' -d '{{\"user\":\"Alice\",\"text\":\"hi\"}}'\n"
    ))?;
    out.line("What happens is shown below, until Ctrl-C or SIGTERM.")?;
    Ok(())
}
