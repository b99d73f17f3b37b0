//! What a handler can ask of LINE beside sending: the loading indicator, marking as read, profiles, content. None of it
//! is journaled, for repeating it does no harm.

use super::{Context, SendError};
use crate::client::api::chat::LoadingSeconds;
use crate::client::api::content::{Content, Media};
use crate::client::{Answer, Patience, Until, WaitError};
use crate::line::response::{GroupMemberProfile, Profile};
use crate::line::{ChatId, MarkAsReadToken, MessageId};

impl Context {
    /// Shows the loading animation in the event's 1:1 chat
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#display-a-loading-indicator)).
    ///
    /// # Errors
    /// [`SendError::NoUser`] in a group or room, where LINE shows none; [`SendError::Standby`]; see [`SendError`].
    pub async fn loading(&self, seconds: LoadingSeconds) -> Result<(), SendError> {
        self.attempt.check_live()?;
        self.attempt.check_active()?;
        let Some(ChatId::User(user)) = self.chat() else {
            return Err(SendError::NoUser("LINE shows the loading indicator in chats with one user only"));
        };
        self.attempt.client.start_loading(user, seconds).until(self.until()).await?;
        Ok(())
    }

    /// Marks the token's message and all before it as read
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#mark-as-read)).
    ///
    /// # Errors
    /// [`SendError::Standby`]; see [`SendError`].
    pub async fn mark_as_read(&self, token: &MarkAsReadToken) -> Result<(), SendError> {
        self.attempt.check_live()?;
        self.attempt.check_active()?;
        self.attempt.client.mark_as_read(token).until(self.until()).await?;
        Ok(())
    }

    /// The profile of the user the event comes from, as the event's chat shows it: in a group or room its member's
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#users)), which has no status message and
    /// no language. Works in standby.
    ///
    /// # Errors
    /// [`SendError::NoUser`] when the event names none; 404 when LINE does not show it; see [`SendError`].
    pub async fn profile(&self) -> Result<Profile, SendError> {
        self.attempt.check_live()?;
        let Some(user) = &self.attempt.user else {
            return Err(SendError::NoUser("this event does not say which user it comes from"));
        };
        let client = &self.attempt.client;
        match self.chat() {
            Some(ChatId::Group(group)) => {
                let call = client.group_member_profile(group, user).until(self.until());
                Ok(of_member(call.await?.value))
            }
            Some(ChatId::Room(room)) => {
                let call = client.room_member_profile(room, user).until(self.until());
                Ok(of_member(call.await?.value))
            }
            Some(ChatId::User(_)) | None => Ok(client.profile(user).until(self.until()).await?.value),
        }
    }

    /// What a user sent: image, video, audio or file, as a stream
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-content)). Works in standby.
    ///
    /// # Errors
    /// 404 when LINE has it no more, 410 when it was unsent; see [`SendError`].
    pub async fn content(&self, message: &MessageId) -> Result<Answer<Content>, SendError> {
        self.attempt.check_live()?;
        Ok(self.attempt.client.content(message).until(self.until()).await?)
    }

    /// What a user sent, once LINE has prepared it, for large videos and audios. `patience` should end well before the
    /// handler's own time does (`HANDLER_TIMEOUT`). Works in standby.
    ///
    /// # Errors
    /// [`SendError::Waiting`] when LINE cannot prepare it or is still at it; else as [`content`](Self::content).
    pub async fn content_when_ready(
        &self,
        message: &MessageId,
        patience: Patience,
    ) -> Result<Answer<Media>, SendError> {
        self.attempt.check_live()?;
        // The lease is renewed meanwhile, so its end is asked for anew before each look.
        let waited = self.attempt.client.content_within(message, patience, || self.until()).await;
        waited.map_err(|error| match error {
            WaitError::Client(error) => SendError::Client(error),
            error => SendError::Waiting(error),
        })
    }

    /// A small image of an image or video that a user sent
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-image-or-video-preview)). Works in
    /// standby.
    ///
    /// # Errors
    /// 400 for other types, 404 when LINE has it no more, 410 when it was unsent; see [`SendError`].
    pub async fn content_preview(&self, message: &MessageId) -> Result<Answer<Content>, SendError> {
        self.attempt.check_live()?;
        Ok(self.attempt.client.content_preview(message).until(self.until()).await?)
    }

    fn until(&self) -> Until {
        Until { begin: None, end: Some(self.attempt.hold.end()) }
    }
}

fn of_member(member: GroupMemberProfile) -> Profile {
    let GroupMemberProfile { display_name, user_id, picture_url, .. } = member;
    Profile { display_name, user_id, picture_url, language: None, status_message: None }
}
