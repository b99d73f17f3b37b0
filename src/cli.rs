//! The command line: one file per verb. Texts for people go through one writer; exit codes are part of the face.

mod check;
mod conversation;
pub mod demo;
mod healthcheck;
mod inbox;
mod out;
mod sign;
mod simulator;
mod stop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::bot::QuoteBot;
use crate::config::ConfigError;
use crate::dispatch::Handler;
use out::Out;

/// Done.
const DONE: u8 = 0;
/// It did not work, or there is no such event.
const FAILED: u8 = 1;
/// It was not asked for rightly: arguments, configuration, an inbox that holds nothing.
const USAGE: u8 = 2;

/// The server a LINE Official Account points its webhook URL at.
///
/// Without a verb it serves. It is configured by environment variables; `check --print env-example` explains them all.
#[derive(Debug, Parser)]
#[command(name = "line-bot-server", version, about)]
pub struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Receive webhooks and run the bot (the default)
    Serve,
    /// Chat with a bot and a LINE of its own in one process; nothing to configure
    Demo(demo::Args),
    /// Be a LINE Platform on this machine, for a bot of any language
    Simulator(simulator::Args),
    /// Print the x-line-signature of standard input
    Sign(sign::Args),
    /// Check the configuration and, with --online, what LINE knows of it
    Check(check::Args),
    /// Look at events that wait or were given up, replay them, drop them
    #[command(subcommand)]
    Inbox(inbox::Verb),
    /// Ask the server on this machine whether it is alive (for a container without a shell)
    Healthcheck,
}

/// The command line around the ready-made bot.
pub fn main() -> ExitCode {
    run(QuoteBot)
}

/// Reads the command line, does what it says, and tells how it went; `serve`, which is what happens without a verb, runs
/// `handler`. For the `main` of a bot that is to know `healthcheck`, `check` and `inbox` as the ready-made one does:
///
/// ```no_run
/// # use line_bot_server::handler_fn;
/// fn main() -> std::process::ExitCode {
///     line_bot_server::cli::run(handler_fn(|_cx, _event| async { Ok(()) }))
/// }
/// ```
pub fn run<H: Handler>(handler: H) -> ExitCode {
    let verb = Cli::parse().verb.unwrap_or(Verb::Serve);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&anyhow::Error::new(error).context("cannot start the runtime")),
    };
    let code = runtime.block_on(act(verb, handler));
    // A handler that blocks its thread must not keep a stopped server from ending.
    runtime.shutdown_background();
    code
}

async fn act<H: Handler>(verb: Verb, handler: H) -> ExitCode {
    let mut out = Out::stdout();
    let done = match verb {
        Verb::Serve => return crate::app::run(handler).await,
        Verb::Demo(args) => demo::demo(&args, &mut out).await,
        Verb::Simulator(args) => simulator::simulator(args, &mut out).await,
        Verb::Sign(args) => sign::sign(&args, &mut out),
        Verb::Check(args) => check::check(&args, &mut out).await,
        Verb::Inbox(verb) => inbox::act(verb, &mut out),
        Verb::Healthcheck => healthcheck::healthcheck(&mut out).await,
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever reads our output has read enough: `inbox list | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn complain(error: &anyhow::Error) -> ExitCode {
    let _ = Out::stderr().line(format_args!("line-bot-server: {error:#}"));
    let usage = error.is::<ConfigError>() || error.is::<Usage>();
    ExitCode::from(if usage { USAGE } else { FAILED })
}

/// Something was not asked for rightly.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

fn usage<T>(problem: impl Into<String>) -> anyhow::Result<T> {
    Err(Usage(problem.into()).into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
