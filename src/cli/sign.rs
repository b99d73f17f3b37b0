//! `sign`: the signature of standard input, to send a webhook by hand.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;

use super::{DONE, Out, usage};
use crate::config::{self, Env};
use crate::line::ChannelSecret;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Read the channel secret from this file instead of LINE_CHANNEL_SECRET
    #[arg(long, value_name = "PATH")]
    secret_file: Option<PathBuf>,
    /// Sign with the secret of this one of LINE_CHANNELS
    #[arg(long, value_name = "NAME", conflicts_with = "secret_file")]
    channel: Option<String>,
}

pub(super) fn sign(args: &Args, out: &mut Out) -> anyhow::Result<u8> {
    let secret = secret(args)?;
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body).context("cannot read standard input")?;
    out.line(secret.sign(&body))?;
    Ok(DONE)
}

fn secret(args: &Args) -> anyhow::Result<ChannelSecret> {
    let Some(path) = &args.secret_file else {
        return Ok(config::channel_secrets(&Env, args.channel.as_deref())?.first().clone());
    };
    match config::secrets_in(path) {
        Ok(secrets) => Ok(secrets.first().clone()),
        Err(problem) => usage(format!("--secret-file: {problem}")),
    }
}
