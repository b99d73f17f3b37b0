//! A file of ids, read line by line as it arrives.

use std::collections::BTreeSet;

use bytes::{Buf, BytesMut};

use crate::line::UserId;
use crate::simulator::mint;
use crate::simulator::people::People;

/// A longer line is no id.
const LINE_MAX: usize = 1024;

/// What was read so far. Blanks around an id and empty lines do not count. LINE says of requests as JSON alone that one
/// malformed id fails them: of a file, malformed lines are left out.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    rest: BytesMut,
    pub(crate) lines: usize,
    /// User ids of the right form.
    pub(crate) users: usize,
    /// IFAs of the right form.
    pub(crate) ifas: usize,
    /// Those of the users who are known; the others are ignored.
    pub(crate) members: BTreeSet<UserId>,
}

impl Lines {
    pub(crate) fn read(&mut self, piece: &[u8], people: &People) {
        self.rest.extend_from_slice(piece);
        let mut read = std::mem::take(&mut self.rest);
        while let Some(end) = memchr::memchr(b'\n', &read) {
            self.line(&read[..end], people);
            read.advance(end + 1);
        }
        if read.len() > LINE_MAX {
            // However long it is going to be, it counts once, with the piece that ends it.
            read.truncate(LINE_MAX);
        }
        self.rest = read;
    }

    /// The last line may lack its line break.
    pub(crate) fn end(&mut self, people: &People) {
        let rest = std::mem::take(&mut self.rest);
        self.line(&rest, people);
    }

    fn line(&mut self, line: &[u8], people: &People) {
        let id = std::str::from_utf8(line).unwrap_or("?").trim();
        if id.is_empty() {
            return;
        }
        self.lines += 1;
        if mint::well_formed('U', id) {
            self.users += 1;
            let user = UserId::from(id);
            if people.person(&user).is_some() {
                self.members.insert(user);
            }
        } else if is_ifa(id) {
            self.ifas += 1;
        }
    }
}

/// Whether `id` has the form of an identifier for advertisers: a UUID.
pub(crate) fn is_ifa(id: &str) -> bool {
    id.len() == 36 && uuid::Uuid::try_parse(id).is_ok()
}
