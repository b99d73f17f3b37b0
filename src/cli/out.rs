//! The one writer: everything a verb says to a person or a program goes through here.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

/// Where a verb speaks.
pub(super) struct Out(Box<dyn Write + Send>);

impl Out {
    pub(super) fn stdout() -> Self {
        Self(Box::new(io::stdout()))
    }

    pub(super) fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Box::new(writer))
    }

    pub(super) fn stderr() -> Self {
        Self(Box::new(io::stderr()))
    }

    /// One line.
    pub(super) fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.0, "{text}")
    }

    /// One JSON value on one line.
    pub(super) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.0, value)?;
        writeln!(self.0)?;
        Ok(())
    }

    /// Text that ends its own lines.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())?;
        self.0.flush()
    }
}
