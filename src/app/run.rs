//! From nothing to an exit code: what a bot's `main` calls.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::App;
use crate::config::{Config, Env};
use crate::dispatch::Handler;
use crate::telemetry;

/// Configuration that cannot be used.
const EXIT_USAGE: u8 = 2;
/// A second signal did not want to wait.
const EXIT_IMPATIENT: u8 = 130;

/// Runs `handler` as a server, configured by the environment, until SIGTERM or SIGINT; a second signal does not wait
/// for what is in hand. The exit code is 0 after a polite stop, 1 when the server cannot start or breaks down, 2 when its
/// configuration has faults, which are all printed.
pub async fn run<H: Handler>(handler: H) -> ExitCode {
    let config = match Config::load(&Env) {
        Ok(config) => config,
        Err(error) => {
            complain(&error);
            return ExitCode::from(EXIT_USAGE);
        }
    };
    // An author may have set up a log of their own; then it stays.
    let _ = telemetry::init(config.log.format, &config.log.filter);
    telemetry::keep_panics_private();
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let (first, second) = match signals() {
        Ok(signals) => signals,
        Err(error) => {
            complain(&format!("cannot listen to signals: {error}"));
            return ExitCode::FAILURE;
        }
    };
    tokio::select! {
        code = serve(config, handler, first) => code,
        Ok(()) = second => {
            tracing::warn!("second signal: not waiting for what is in hand");
            ExitCode::from(EXIT_IMPATIENT)
        }
    }
}

async fn serve<H: Handler>(config: Config, handler: H, mut shutdown: oneshot::Receiver<()>) -> ExitCode {
    let built = tokio::select! {
        built = App::build(config, handler) => built,
        // It may be waiting for its database.
        _ = &mut shutdown => {
            tracing::info!("told to stop before it had started");
            return ExitCode::SUCCESS;
        }
    };
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            complain(&error);
            return ExitCode::FAILURE;
        }
    };
    let summary = app
        .run_until(async {
            let _ = shutdown.await;
        })
        .await;
    if summary.broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The first signal and the second, heard from the start on.
fn signals() -> io::Result<(oneshot::Receiver<()>, oneshot::Receiver<()>)> {
    // From now on SIGHUP ends nobody, even before there are secret files to read again.
    drop(signal(SignalKind::hangup())?);
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let ((tell_first, first), (tell_second, second)) = (oneshot::channel(), oneshot::channel());
    tokio::spawn(async move {
        for tell in [tell_first, tell_second] {
            either(&mut term, &mut int).await;
            let _ = tell.send(());
        }
    });
    Ok((first, second))
}

async fn either(term: &mut Signal, int: &mut Signal) {
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}

/// Why there is no server, where a person or a container's log will see it.
fn complain(what: &dyn Display) {
    let _ = writeln!(io::stderr(), "line-bot-server: {what}");
}
