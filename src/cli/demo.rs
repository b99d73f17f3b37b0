//! `demo`: a bot and a LINE of its own in one process, without any configuration. With a terminal one chats with it;
//! without one it plays a scripted conversation, checks every answer, and goes on serving.

mod bot;
mod command;
mod script;
mod stage;
mod terminal;
mod wanted;

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write};
use std::time::Duration;

use super::conversation::{self, Look};
use super::stop::Stop;
use super::{DONE, FAILED, Out};
use crate::config::Env;
use crate::dispatch::Handler;
use crate::simulator::Simulator;

pub use bot::DemoBot;

use script::{Play, Played};
use stage::Stage;

/// An answer that takes longer is missing.
const PATIENCE: Duration = Duration::from_secs(10);

const INVITATION: &str =
    "You are Alice: type something and the bot answers. /help tells what else there is, /quit ends.";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Play the scripted conversation and end: 0, or 1 if an answer was not what it should be
    #[arg(long)]
    once: bool,
}

pub(super) async fn demo(args: &Args, out: &mut Out) -> anyhow::Result<u8> {
    let mut stop = Stop::listen()?;
    let look = Look::of_stdout();
    let stage = Stage::set(DemoBot, &Env).await?;
    welcome(&stage, out, look)?;
    if args.once {
        return tokio::select! {
            code = play_out(stage, out, look, PATIENCE) => code,
            () = stop.wait() => anyhow::bail!("stopped before the end of the play"),
        };
    }
    if std::io::stdin().is_terminal() {
        out.line(INVITATION)?;
        terminal::chat(&stage, out, look, &mut stop).await?;
    } else {
        serve(&stage, out, look, &mut stop).await?;
    }
    end(stage, out).await
}

/// Plays the scripted conversation with `handler` as `demo --once` does, shows it to `to`, and returns the exit code:
/// 0, or 1 if an answer was not what it should be. An answer that takes longer than `patience` is missing.
///
/// # Errors
/// Bot or simulator could not be started, or `to` takes nothing.
pub async fn rehearse<H: Handler>(
    handler: H,
    patience: Duration,
    to: impl Write + Send + 'static,
) -> anyhow::Result<u8> {
    let stage = Stage::set(handler, &BTreeMap::new()).await?;
    play_out(stage, &mut Out::to(to), Look::PLAIN, patience).await
}

/// The play, and a last look when the bot has stopped and nothing can come any more.
async fn play_out(stage: Stage, out: &mut Out, look: Look, patience: Duration) -> anyhow::Result<u8> {
    let mut played = Play::new(&stage, out, look, patience).play().await?;
    let (simulator, left) = stage.stop_bot().await?;
    played.look_again(&simulator);
    if left.cut > 0 || left.pending != Some(0) {
        played.wrong.push("the bot stopped before everything was handled".to_owned());
    }
    tell(&played, &simulator, out, look)?;
    simulator.stop().await;
    Ok(if played.wrong.is_empty() { DONE } else { FAILED })
}

fn tell(played: &Played, simulator: &Simulator, out: &mut Out, look: Look) -> anyhow::Result<()> {
    out.line(played.summary(simulator))?;
    if played.wrong.is_empty() {
        out.line(look.good("every answer was what it should be"))?;
        return Ok(());
    }
    out.line(look.bad("not every answer was what it should be:"))?;
    for problem in &played.wrong {
        out.line(format_args!("            {problem}"))?;
    }
    Ok(())
}

/// Plays it, then shows what happens until a signal.
async fn serve(stage: &Stage, out: &mut Out, look: Look, stop: &mut Stop) -> anyhow::Result<()> {
    let played = tokio::select! {
        played = Play::new(stage, out, look, PATIENCE).play() => played?,
        () = stop.wait() => return Ok(()),
    };
    let mut happenings = stage.simulator.happenings();
    tell(&played, &stage.simulator, out, look)?;
    let base = stage.simulator.base_url();
    out.line(format_args!(
        "\nStill serving, until Ctrl-C or SIGTERM. Let Alice speak from elsewhere:\n\n  \
         curl {base}/_sim/say -H 'content-type: application/json' -d '{{\"user\":\"Alice\",\"text\":\"hi\"}}'"
    ))?;
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => return Ok(()),
            text = conversation::next(&mut happenings, look) => match text {
                Some(text) => out.line(text)?,
                None => return Ok(()),
            },
        }
    }
}

async fn end(stage: Stage, out: &mut Out) -> anyhow::Result<u8> {
    stage.clear().await?;
    out.line("Stopped; the temporary inbox is removed.")?;
    Ok(DONE)
}

fn welcome(stage: &Stage, out: &mut Out, look: Look) -> anyhow::Result<()> {
    let (bot, line) = (stage.bot, stage.simulator.base_url());
    out.line(look.heading("A bot and a LINE of its own, in one process. Nothing leaves this machine."))?;
    out.line(format_args!("\n  the bot   http://{bot}/callback, its inbox a temporary SQLite file"))?;
    out.line(format_args!("  its LINE  {line}, a simulator with LINE's rules\n"))?;
    Ok(())
}
