//! The log of one test, at debug level: of everything that runs on its thread, the simulator's own lines left out.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Listens until dropped.
pub(crate) struct Logged {
    lines: Lines,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// From now on, on this thread.
    pub(crate) fn at_debug() -> Self {
        let lines = Lines::default();
        let filter = EnvFilter::new("debug,line_bot_server::simulator=off");
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(lines.clone())
            .finish();
        Self { lines, _guard: tracing::subscriber::set_default(subscriber) }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.lines.0.lock().unwrap()).into_owned()
    }

    /// None of `private` is in it.
    pub(crate) fn keeps(&self, private: &[&str]) {
        let text = self.text();
        for private in private.iter().filter(|private| !private.is_empty()) {
            let telltale = text.lines().find(|line| line.contains(private));
            assert!(telltale.is_none(), "{private} was logged: {}", telltale.unwrap_or_default());
        }
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
