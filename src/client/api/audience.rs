//! `POST /v2/bot/audienceGroup/upload`, `PUT /v2/bot/audienceGroup/upload`, `POST /v2/bot/audienceGroup/click`,
//! `POST /v2/bot/audienceGroup/imp`, `PUT /v2/bot/audienceGroup/{audienceGroupId}/updateDescription`,
//! `DELETE /v2/bot/audienceGroup/{audienceGroupId}`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#manage-audience-group)). Uploads of files,
//! waiting, and lists are in files of their own.

mod file;
mod get;
mod list;

use std::time::Duration;

use crate::client::call::{json, nothing};
use crate::client::{Call, Client, ClientError, Endpoint, ErrorKind, Rate};
use crate::line::audience::{
    AddToAudience, AudienceName, AudienceProblem, ClickAudience, CreatedAudience, ImpressionAudience,
    NewAudience,
};

pub use file::{AudienceUpload, UserIdFile};
pub use get::{AudienceFailure, AudienceLookup};

/// LINE's limit for each of the calls about audiences
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#rate-limits)).
const RATE: Rate = Rate::per_minute(60);
/// The least time that LINE asks to give the calls that add ids
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#update-upload-audience-group)).
const ADD_PATIENCE: Duration = Duration::from_secs(30);

static CREATE: Endpoint = Endpoint::post("create_audience", "/v2/bot/audienceGroup/upload")
    .rate(RATE)
    .patience(ADD_PATIENCE)
    .once();
static ADD: Endpoint =
    Endpoint::put("add_to_audience", "/v2/bot/audienceGroup/upload").rate(RATE).patience(ADD_PATIENCE);
static CLICK: Endpoint =
    Endpoint::post("create_click_audience", "/v2/bot/audienceGroup/click").rate(RATE).once();
static IMPRESSION: Endpoint =
    Endpoint::post("create_impression_audience", "/v2/bot/audienceGroup/imp").rate(RATE).once();
static RENAME: Endpoint =
    Endpoint::put("rename_audience", "/v2/bot/audienceGroup/{audienceGroupId}/updateDescription").rate(RATE);
static DELETE: Endpoint =
    Endpoint::delete("delete_audience", "/v2/bot/audienceGroup/{audienceGroupId}").rate(RATE);

impl Client {
    /// Makes an audience of up to 10,000 user IDs or IFAs
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group)). It cannot be
    /// sent to before it is ready: [`audience(id).wait_until_ready(…)`](Client::audience).
    ///
    /// Not repeated after an outcome that is unknown, for that could make a second audience.
    pub fn create_audience(&self, audience: &NewAudience) -> Call<CreatedAudience> {
        Call::new(self, &CREATE, &[], json()).check(audience.check()).body(audience)
    }

    /// Adds up to 10,000 user IDs or IFAs to an audience of uploaded ids
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#update-upload-audience-group)). LINE adds them
    /// in the background: [`audience(id).wait_until_ready(…)`](Client::audience). An audience takes ten such calls at
    /// a time; 429 beyond that passes.
    pub fn add_to_audience(&self, ids: &AddToAudience) -> Call<()> {
        Call::new(self, &ADD, &[], nothing()).check(ids.check()).body(ids)
    }

    /// Makes an audience of those who clicked a link in a broadcast or narrowcast
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-click-audience-group)).
    ///
    /// Not repeated after an outcome that is unknown, for that could make a second audience.
    pub fn create_click_audience(&self, audience: &ClickAudience) -> Call<CreatedAudience> {
        Call::new(self, &CLICK, &[], json()).check(audience.check()).body(audience)
    }

    /// Makes an audience of those who saw a broadcast or narrowcast
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-imp-audience-group)).
    ///
    /// Not repeated after an outcome that is unknown, for that could make a second audience.
    pub fn create_impression_audience(&self, audience: &ImpressionAudience) -> Call<CreatedAudience> {
        Call::new(self, &IMPRESSION, &[], json()).check(audience.check()).body(audience)
    }

    /// Gives an audience another name
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#set-description-audience-group)).
    pub fn rename_audience(&self, audience: u64, name: impl Into<String>) -> Call<()> {
        let name = AudienceName::new(name);
        Call::new(self, &RENAME, &[&audience.to_string()], nothing()).check(name.check()).body(&name)
    }

    /// Deletes an audience, for good
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#delete-audience-group)).
    pub fn delete_audience(&self, audience: u64) -> Call<()> {
        Call::new(self, &DELETE, &[&audience.to_string()], nothing())
    }
}

impl ClientError {
    /// What LINE says is wrong with a call about audiences, by its code in `details`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#manage-audience-error)); none for other
    /// failures. A missing audience is [`NotFound`](AudienceProblem::NotFound), although its status is 400.
    pub fn audience_problem(&self) -> Option<AudienceProblem> {
        let ErrorKind::Refused { details, .. } = &self.kind else { return None };
        details.iter().find_map(|detail| detail.message.as_deref().and_then(AudienceProblem::read))
    }
}
