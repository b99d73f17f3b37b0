//! `POST /v2/bot/chat/loading/start`, `POST /v2/bot/chat/markAsRead`, `POST /v2/bot/message/markAsRead`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#display-a-loading-indicator)).

use std::time::Duration;

use serde::Serialize;

use crate::client::call::nothing;
use crate::client::{Call, Client, Endpoint, Rate};
use crate::line::{MarkAsReadToken, UserId};

/// How long a loading animation is shown: 5 to 60 seconds, a multiple of five.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LoadingSeconds(u8);

impl LoadingSeconds {
    /// 5 seconds.
    pub const MIN: Self = Self(5);
    /// 60 seconds.
    pub const MAX: Self = Self(60);

    /// So many seconds; `None` unless LINE takes them: 5, 10, 15 … 60.
    pub const fn new(seconds: u8) -> Option<Self> {
        if seconds >= 5 && seconds <= 60 && seconds.is_multiple_of(5) { Some(Self(seconds)) } else { None }
    }

    /// The shortest that covers `wait`, or 60 s if nothing does.
    pub fn covering(wait: Duration) -> Self {
        let seconds = u8::try_from(wait.as_millis().div_ceil(5000) * 5).unwrap_or(u8::MAX);
        Self(seconds.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// In seconds.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// 20 seconds, as LINE does it when no time is named.
impl Default for LoadingSeconds {
    fn default() -> Self {
        Self(20)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartLoading<'a> {
    chat_id: &'a UserId,
    loading_seconds: LoadingSeconds,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MarkAsRead<'a> {
    mark_as_read_token: &'a MarkAsReadToken,
}

#[derive(Serialize)]
struct MarkUserAsRead<'a> {
    chat: ChatReference<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChatReference<'a> {
    user_id: &'a UserId,
}

static LOADING: Endpoint =
    Endpoint::post("start_loading", "/v2/bot/chat/loading/start").rate(Rate::per_second(100));
static READ: Endpoint = Endpoint::post("mark_as_read", "/v2/bot/chat/markAsRead");
static READ_USER: Endpoint = Endpoint::post("mark_user_as_read", "/v2/bot/message/markAsRead");

impl Client {
    /// Shows the loading animation in a 1:1 chat, if the user has it open, until the bot's next message or the time
    /// is over; repeated, it starts anew
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#display-a-loading-indicator)).
    pub fn start_loading(&self, user: &UserId, seconds: LoadingSeconds) -> Call<()> {
        Call::new(self, &LOADING, &[], nothing())
            .body(&StartLoading { chat_id: user, loading_seconds: seconds })
    }

    /// Marks the token's message and all before it as read
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#mark-as-read)).
    pub fn mark_as_read(&self, token: &MarkAsReadToken) -> Call<()> {
        Call::new(self, &READ, &[], nothing()).body(&MarkAsRead { mark_as_read_token: token })
    }

    /// Marks everything that a user sent in the 1:1 chat as read: the old way, for corporate users with this option
    /// ([reference](https://developers.line.biz/en/reference/partner-docs/#mark-messages-from-users-as-read)). LINE
    /// recommends [`mark_as_read`](Self::mark_as_read).
    pub fn mark_user_as_read(&self, user: &UserId) -> Call<()> {
        let body = MarkUserAsRead { chat: ChatReference { user_id: user } };
        Call::new(self, &READ_USER, &[], nothing()).body(&body)
    }
}
