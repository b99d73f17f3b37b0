//! A file of ids, one a line: where it comes from, and that it has no more lines than LINE takes.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::client::payload::multipart::FilePart;
use crate::line::InvalidField;
use crate::line::audience::AUDIENCE_FILE_IDS_MAX;

/// As much of it as is in memory at a time, in bytes.
const PIECE: usize = 64 * 1024;
/// The name of a file that has none.
const NAME: &str = "audience.txt";

/// A text file of user IDs or IFAs, one a line, at most [`AUDIENCE_FILE_IDS_MAX`]. It is read while it is sent, never
/// as a whole, and anew for each attempt.
///
/// ```
/// use line_bot_server::client::api::audience::UserIdFile;
///
/// let on_disk = UserIdFile::path("exports/regulars.txt");
/// let in_memory = UserIdFile::bytes("U00000000000000000000000000000001\n");
/// let from_elsewhere = UserIdFile::lines(|| (1..=3).map(|n| format!("U{n:032x}")));
/// ```
#[derive(Clone)]
pub struct UserIdFile(Source);

#[derive(Clone)]
enum Source {
    Path(Arc<Path>),
    Bytes(Bytes),
    Lines(Arc<dyn Fn() -> Lines + Send + Sync>),
}

type Lines = Box<dyn Iterator<Item = String> + Send>;

impl UserIdFile {
    /// A file on disk. It should not change while it is sent.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Source::Path(path.into().into()))
    }

    /// Text that is in memory.
    pub fn bytes(text: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(text.into()))
    }

    /// Ids that `lines` gives, each time it is asked for them.
    pub fn lines<I>(lines: impl Fn() -> I + Send + Sync + 'static) -> Self
    where
        I: IntoIterator<Item: Into<String> + 'static, IntoIter: Send + 'static>,
    {
        Self(Source::Lines(Arc::new(move || Box::new(lines().into_iter().map(Into::into)))))
    }

    /// What can be told without reading: the number of lines, of a text in memory. Of the others it is counted on the
    /// way, and the upload broken off.
    pub(super) fn check(&self) -> Result<(), InvalidField> {
        let Source::Bytes(text) = &self.0 else { return Ok(()) };
        let mut count = Count::default();
        if count.allows(text) {
            return Ok(());
        }
        let problem = format!("{} lines, {AUDIENCE_FILE_IDS_MAX} are allowed", count.lines());
        Err(InvalidField { field: "file".to_owned(), problem: problem.into() })
    }

    pub(super) async fn open(&self) -> io::Result<FilePart> {
        let (name, length, pieces) = match &self.0 {
            Source::Path(path) => on_disk(path).await?,
            Source::Bytes(text) => {
                let text = text.clone();
                (None, Some(text.len() as u64), stream::once(async { Ok(text) }).boxed())
            }
            Source::Lines(lines) => (None, None, written(lines()).boxed()),
        };
        let name = name.unwrap_or_else(|| NAME.to_owned());
        Ok(FilePart { field: "file", name, mime: "text/plain", length, pieces: counted(pieces).boxed() })
    }
}

type Pieces = BoxStream<'static, io::Result<Bytes>>;

async fn on_disk(path: &Path) -> io::Result<(Option<String>, Option<u64>, Pieces)> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let file = tokio::fs::File::open(path).await.map_err(named)?;
    let meta = file.metadata().await.map_err(named)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    if !meta.is_file() {
        // A pipe, for one: it ends when it ends.
        return Ok((name, None, ReaderStream::with_capacity(file, PIECE).boxed()));
    }
    let length = meta.len();
    let pieces = ReaderStream::with_capacity(file.take(length), PIECE);
    Ok((name, Some(length), whole(pieces.boxed(), length).boxed()))
}

/// Ends with an error if it ends before its `length`: half a file must not be taken for a whole one.
fn whole(pieces: Pieces, length: u64) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(Some((pieces, length)), |state| async {
        let (mut pieces, left) = state?;
        match pieces.next().await {
            Some(Ok(piece)) => {
                let left = left.saturating_sub(piece.len() as u64);
                Some((Ok(piece), Some((pieces, left))))
            }
            Some(Err(error)) => Some((Err(error), None)),
            None if left == 0 => None,
            None => {
                let why = "the file became shorter while it was read";
                Some((Err(io::Error::new(io::ErrorKind::UnexpectedEof, why)), None))
            }
        }
    })
}

/// The lines, many to a piece.
fn written(lines: Lines) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(lines, |mut lines| async {
        let mut piece = BytesMut::with_capacity(PIECE);
        while piece.len() < PIECE
            && let Some(line) = lines.next()
        {
            piece.extend_from_slice(line.as_bytes());
            piece.extend_from_slice(b"\n");
        }
        (!piece.is_empty()).then(|| (Ok(piece.freeze()), lines))
    })
}

/// The same pieces, but it ends with an error at the first line too many.
fn counted(pieces: Pieces) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
    let mut count = Count::default();
    pieces.map(move |piece| {
        let piece = piece?;
        if count.allows(&piece) {
            return Ok(piece);
        }
        let why =
            format!("more than {AUDIENCE_FILE_IDS_MAX} lines; LINE takes no more in one file, so split it");
        Err(io::Error::new(io::ErrorKind::InvalidData, why))
    })
}

/// Counts lines; the last one may lack its line break.
#[derive(Default)]
struct Count {
    breaks: usize,
    open: bool,
}

impl Count {
    fn allows(&mut self, piece: &[u8]) -> bool {
        self.breaks += memchr::memchr_iter(b'\n', piece).count();
        if let Some(last) = piece.last() {
            self.open = *last != b'\n';
        }
        self.lines() <= AUDIENCE_FILE_IDS_MAX
    }

    fn lines(&self) -> usize {
        self.breaks + usize::from(self.open)
    }
}

impl fmt::Debug for UserIdFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.0 {
            Source::Path(_) => "path",
            Source::Bytes(_) => "bytes",
            Source::Lines(_) => "lines",
        };
        f.debug_tuple("UserIdFile").field(&format_args!("{source}")).finish()
    }
}
