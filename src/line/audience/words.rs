//! Words about audiences. Open sets, for LINE and its sister services add to them.

open_words! {
    /// What an audience was made of: its `type`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)). By API only the
    /// first three can be made.
    pub enum AudienceType {
        /// Uploaded user IDs or IFAs.
        Upload = "UPLOAD",
        /// Who clicked a link in a message.
        Click = "CLICK",
        /// Who saw a message.
        Impression = "IMP",
        /// A tag of the chats in LINE Official Account Manager.
        ChatTag = "CHAT_TAG",
        /// The way by which friends came.
        FriendPath = "FRIEND_PATH",
        /// Reservations.
        Reservation = "RESERVATION",
        /// Events of an app.
        AppEvent = "APP_EVENT",
        /// Who watched a video.
        VideoView = "VIDEO_VIEW",
        /// Visits of a website.
        WebTraffic = "WEBTRAFFIC",
        /// Who clicked an image.
        ImageClick = "IMAGE_CLICK",
        /// Who saw a rich menu.
        RichMenuImpression = "RICHMENU_IMP",
        /// Who clicked a rich menu.
        RichMenuClick = "RICHMENU_CLICK",
        /// Who saw an advertisement in the shop.
        PopAdImpression = "POP_AD_IMP",
        /// Visits of a website, by tracking tag.
        TrackingTagWebTraffic = "TRACKINGTAG_WEBTRAFFIC",
    }
}

open_words! {
    /// How far an audience is: its `status`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-group)).
    pub enum AudienceStatus {
        /// Being made, which can take hours; an audience that is empty or too small stays so.
        InProgress = "IN_PROGRESS",
        /// It can be sent to.
        Ready = "READY",
        /// It could not be made.
        Failed = "FAILED",
        /// Too old; LINE deletes it a month later.
        Expired = "EXPIRED",
        /// Not active.
        Inactive = "INACTIVE",
        /// Being activated.
        Activating = "ACTIVATING",
    }
}

open_words! {
    /// Why an audience, or an upload to it, failed
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-group)).
    pub enum AudienceFailedType {
        /// Too few users.
        Insufficient = "AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT",
        /// LINE's own fault.
        InternalError = "INTERNAL_ERROR",
    }
}

open_words! {
    /// What may be done with an audience.
    pub enum AudiencePermission {
        /// Sent to.
        Read = "READ",
        /// Sent to, and changed.
        ReadWrite = "READ_WRITE",
    }
}

open_words! {
    /// Where an audience was made
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)).
    pub enum AudienceCreateRoute {
        /// In LINE Official Account Manager.
        OaManager = "OA_MANAGER",
        /// By this API.
        MessagingApi = "MESSAGING_API",
        /// In LINE Points Ads.
        PointAd = "POINT_AD",
        /// In LINE Ads.
        AdManager = "AD_MANAGER",
        /// In Business Manager; shared audiences only.
        BusinessManager = "BUSINESS_MANAGER",
        /// In Yahoo! JAPAN Ads; shared audiences only.
        YahooDisplayAds = "YAHOO_DISPLAY_ADS",
    }
}

open_words! {
    /// What an upload does.
    pub enum AudienceJobType {
        /// Adds ids.
        Add = "DIFF_ADD",
    }
}

open_words! {
    /// How far an upload is: its `jobStatus`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-group)).
    pub enum AudienceJobStatus {
        /// It waits.
        Queued = "QUEUED",
        /// The ids are being added.
        Working = "WORKING",
        /// They have been.
        Finished = "FINISHED",
        /// They could not be.
        Failed = "FAILED",
    }
}

/// What was not said is an unknown word.
macro_rules! unsaid {
    ($($name:ident),+) => {$(
        impl Default for $name {
            fn default() -> Self {
                Self::Unknown("".into())
            }
        }
    )+};
}

unsaid!(AudienceType, AudienceStatus, AudienceJobStatus);
