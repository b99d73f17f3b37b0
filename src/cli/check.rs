//! `check`: the configuration and, with `--online`, what LINE makes of it.

mod online;
mod tokens;

use clap::ValueEnum;

use super::{DONE, FAILED, Out};
use crate::config::{Config, Env, Layout, Token, knobs};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Ask LINE, too: token, webhook URL, a test of it, quota
    #[arg(long)]
    online: bool,
    /// Print a list of all variables instead
    #[arg(long, value_name = "FORM", conflicts_with = "online")]
    print: Option<Form>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// An env file with every default
    EnvExample,
    /// A Markdown table
    Table,
}

pub(super) async fn check(args: &Args, out: &mut Out) -> anyhow::Result<u8> {
    match args.print {
        Some(Form::EnvExample) => out.text(&knobs::env_example())?,
        Some(Form::Table) => out.text(&knobs::table())?,
        None => return check_all(args.online, out).await,
    }
    Ok(DONE)
}

async fn check_all(ask: bool, out: &mut Out) -> anyhow::Result<u8> {
    let config = Config::load(&Env)?;
    tell(&config, out)?;
    let good = !ask || online::ask(&config, out).await?;
    if !ask {
        out.line("note: ask LINE as well with `check --online`")?;
    }
    Ok(if good { DONE } else { FAILED })
}

fn tell(config: &Config, out: &mut Out) -> anyhow::Result<()> {
    out.line("ok: the configuration has no fault")?;
    for channel in &config.channels {
        let below = match config.layout {
            Layout::One => String::new(),
            Layout::ByName => format!("/{}", channel.name),
        };
        let token = match &channel.token {
            Token::Fixed(_) => "a long-lived channel access token".to_owned(),
            Token::Stateless { channel_id } => format!("stateless tokens issued for channel ID {channel_id}"),
            Token::V21 { channel_id, key } => {
                format!("tokens v2.1 issued for channel ID {channel_id} and the key {}", key.kid())
            }
        };
        let (listen, path) = (config.server.listen, &config.server.webhook_path);
        out.line(format_args!(
            "ok: channel {}: webhooks at http://{listen}{path}{below}, {token}",
            channel.name
        ))?;
    }
    out.line(format_args!("ok: the inbox is {}", config.inbox.shown_url()))?;
    for warning in &config.warnings {
        out.line(format_args!("warning: {warning}"))?;
    }
    if config.inbox.url.starts_with("memory:") {
        out.line("warning: the memory inbox forgets everything at a restart")?;
    }
    Ok(())
}
