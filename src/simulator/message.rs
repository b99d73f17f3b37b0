//! Messages LINE keeps: where each was sent, by whom, and the file behind it.

use bytes::Bytes;

use crate::line::{ChatId, UserId};

/// A message that was sent.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) chat: ChatId,
    /// Who sent it; none is the bot.
    pub(super) author: Option<UserId>,
    pub(super) file: Option<File>,
    pub(super) unsent: bool,
}

impl Kept {
    pub(super) fn new(chat: ChatId, author: Option<UserId>, file: Option<File>) -> Self {
        Self { chat, author, file, unsent: false }
    }
}

/// What the content endpoint gives out.
#[derive(Debug)]
pub(super) struct File {
    pub(super) kind: &'static str,
    pub(super) mime: String,
    pub(super) stuff: Stuff,
    pub(super) prepared: Prepared,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub enum Stuff {
    /// These bytes.
    Bytes(Bytes),
    /// So many bytes that are made as they are sent: see [`made`](super::Media::made).
    Made(u64),
}

/// How far LINE is with preparing a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prepared {
    /// 202
    NotYet,
    Yes,
    /// It cannot be.
    Never,
}

impl File {
    pub(super) fn new(kind: &'static str, mime: &str, stuff: Stuff) -> Self {
        Self { kind, mime: mime.to_owned(), stuff, prepared: Prepared::Yes }
    }
}

/// Whether messages of type `kind` have quote tokens, in webhooks and in `sentMessages`.
pub(super) fn quotable(kind: &str) -> bool {
    matches!(kind, "text" | "textV2" | "sticker" | "image" | "video" | "template" | "flex")
}
