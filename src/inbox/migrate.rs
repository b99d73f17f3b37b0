//! Moving a file's inbox into a database, a piece at a time.
//!
//! Unsends go first, so that they find their messages; then what waits, in its order; then what is parked; then the
//! ids of all that is over. An event goes in together with its id, and only if that is new there. So whatever
//! was moved before, by this run or another, is found to be there, and a run that ended anywhere can be repeated.

use super::{InboxError, Settings, Url, open_error, postgres, sqlite};

/// From where to where.
#[derive(Debug)]
pub struct Migration<'a> {
    /// `sqlite://…`: no server may be running on it.
    pub from: &'a str,
    /// `postgres://…`: servers may be running on it. What comes waits behind what is there.
    pub to: &'a Settings,
    /// How fast, and how far.
    pub pace: Pace,
}

/// How much goes in one statement, and after how many statements to stop.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Events; ids without one go ten times as many.
    pub piece: usize,
    /// Pieces in all.
    pub pieces: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { piece: 1000, pieces: usize::MAX }
    }
}

/// How far a migration has come, or came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events that wait.
    pub waiting: Moved,
    /// Events that were given up.
    pub parked: Moved,
    /// Remembered ids. Those of the events above are among them, and not new.
    pub ids: Moved,
    /// Messages that were unsent.
    pub unsent: Moved,
    /// What `inbox retry` and `inbox discard` asked of the file and no server has done: it stays undone.
    pub asked: u64,
    /// Everything has been looked at.
    pub complete: bool,
}

/// Of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many there are in the source.
    pub of: u64,
    /// Looked at so far.
    pub seen: u64,
    /// New at the target. The others were there before.
    pub new: u64,
}

impl Moved {
    const fn of(size: u64) -> Self {
        Self { of: size, seen: 0, new: 0 }
    }

    const fn count(&mut self, seen: usize, new: u64) {
        self.seen += seen as u64;
        self.new += new;
    }
}

/// Moves an inbox; `told` hears how far it has come after every piece. Blocks. The source is left as it is.
///
/// # Errors
/// [`InboxError::Open`]: one of the two cannot be opened, or a server is running on the source.
/// [`InboxError::Unavailable`]: it ended in the middle; what was moved until then stays moved.
pub fn migrate(migration: &Migration<'_>, mut told: impl FnMut(&Tally)) -> Result<Tally, InboxError> {
    let Migration { from, to, pace } = migration;
    let Url::Sqlite(path) = Url::parse(from)? else {
        return Err(open_error(from, "an inbox is moved out of a sqlite:// file"));
    };
    let Url::Postgres = Url::parse(&to.url)? else {
        return Err(open_error(&to.url, "an inbox is moved into a postgres:// database"));
    };
    let source = sqlite::Export::open(from, path)?;
    let target = postgres::Importer::open(&to.url, &to.postgres)?;
    let sizes = source.sizes()?;
    let tally = Tally {
        waiting: Moved::of(sizes.waiting),
        parked: Moved::of(sizes.parked),
        ids: Moved::of(sizes.ids),
        unsent: Moved::of(sizes.unsent),
        asked: sizes.asked,
        complete: false,
    };
    let mut going = Going { source, target, pace: *pace, left: pace.pieces, tally, told: &mut told };
    let complete = going.unsent()? && going.waiting()? && going.parked()? && going.ids()?;
    Ok(Tally { complete, ..going.tally })
}

/// A migration under way. Each step says whether it came to its end.
struct Going<'a> {
    source: sqlite::Export,
    target: postgres::Importer,
    pace: Pace,
    left: usize,
    tally: Tally,
    told: &'a mut dyn FnMut(&Tally),
}

impl Going<'_> {
    fn unsent(&mut self) -> Result<bool, InboxError> {
        let mut behind = None;
        while self.goes_on() {
            let (unsent, next) = self.source.unsent(behind.as_ref(), self.pace.piece)?;
            let Some(next) = next else { return Ok(true) };
            let new = self.target.unsent(&unsent)?;
            self.tally.unsent.count(unsent.len(), new);
            self.tell();
            behind = Some(next);
        }
        Ok(false)
    }

    fn waiting(&mut self) -> Result<bool, InboxError> {
        let mut behind = i64::MIN;
        while self.goes_on() {
            let (events, next) = self.source.waiting(behind, self.pace.piece)?;
            let Some(next) = next else { return Ok(true) };
            let new = self.target.events(&events)?;
            self.tally.waiting.count(events.len(), new);
            self.tell();
            behind = next;
        }
        Ok(false)
    }

    fn parked(&mut self) -> Result<bool, InboxError> {
        let mut behind = i64::MIN;
        while self.goes_on() {
            let (events, next) = self.source.parked(behind, self.pace.piece)?;
            let Some(next) = next else { return Ok(true) };
            let new = self.target.events(&events)?;
            self.tally.parked.count(events.len(), new);
            self.tell();
            behind = next;
        }
        Ok(false)
    }

    /// Those of the events above are among them, and are there by now.
    fn ids(&mut self) -> Result<bool, InboxError> {
        let mut behind = Vec::new();
        while self.goes_on() {
            let (ids, next) = self.source.ids(&behind, self.pace.piece.saturating_mul(10))?;
            let Some(next) = next else { return Ok(true) };
            let new = self.target.ids(&ids)?;
            self.tally.ids.count(ids.len(), new);
            self.tell();
            behind = next;
        }
        Ok(false)
    }

    const fn goes_on(&mut self) -> bool {
        let on = self.left > 0;
        self.left = self.left.saturating_sub(1);
        on
    }

    fn tell(&mut self) {
        (self.told)(&self.tally);
    }
}
