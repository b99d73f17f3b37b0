//! `POST /v2/bot/audienceGroup/upload/byFile`, `PUT /v2/bot/audienceGroup/upload/byFile` on `api-data.line.me`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group-by-file)).

mod ids;

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use super::{ADD_PATIENCE, RATE};
use crate::client::call::{Reading, json, nothing, request};
use crate::client::payload::multipart;
use crate::client::{Answer, Call, Client, ClientError, Endpoint, Host, Payload, Request, Until, Upload};
use crate::line::InvalidField;
use crate::line::audience::{CreatedAudience, check_name, check_upload_description};

pub use ids::UserIdFile;

static CREATE: Endpoint = Endpoint::post("create_audience_by_file", "/v2/bot/audienceGroup/upload/byFile")
    .on(Host::Data)
    .rate(RATE)
    .patience(ADD_PATIENCE)
    .once();
static ADD: Endpoint = Endpoint::put("add_to_audience_by_file", "/v2/bot/audienceGroup/upload/byFile")
    .on(Host::Data)
    .rate(RATE)
    .patience(ADD_PATIENCE);

/// An upload of a file of ids: awaiting it sends it, piece by piece, whatever its size. Each attempt reads the file
/// from its beginning.
#[must_use = "awaiting it sends it"]
pub struct AudienceUpload<T> {
    client: Client,
    endpoint: &'static Endpoint,
    fields: Vec<(&'static str, String)>,
    file: UserIdFile,
    checked: Result<(), InvalidField>,
    until: Until,
    reading: Reading<T>,
}

impl Client {
    /// Makes an audience of the ids in a file, at most 1,500,000, one a line
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group-by-file)); the
    /// name as in [`NewAudience::description`](crate::line::audience::NewAudience::description). It cannot be sent to
    /// before it is ready: [`audience(id).wait_until_ready(…)`](Client::audience).
    ///
    /// Not repeated after an outcome that is unknown, for that could make a second audience.
    pub fn create_audience_by_file(
        &self,
        name: impl Into<String>,
        file: UserIdFile,
    ) -> AudienceUpload<CreatedAudience> {
        let name = name.into();
        let checked = check_name(&name);
        self.upload(&CREATE, vec![("description", name)], file, checked, json())
    }

    /// Adds the ids in a file, at most 1,500,000, one a line, to an audience of uploaded ids
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#update-upload-audience-group-by-file)); they
    /// must be of the kind it has. LINE adds them in the background:
    /// [`audience(id).wait_until_ready(…)`](Client::audience).
    pub fn add_to_audience_by_file(&self, audience: u64, file: UserIdFile) -> AudienceUpload<()> {
        self.upload(&ADD, vec![("audienceGroupId", audience.to_string())], file, Ok(()), nothing())
    }

    fn upload<T>(
        &self,
        endpoint: &'static Endpoint,
        fields: Vec<(&'static str, String)>,
        file: UserIdFile,
        checked: Result<(), InvalidField>,
        reading: Reading<T>,
    ) -> AudienceUpload<T> {
        AudienceUpload {
            client: self.clone(),
            endpoint,
            fields,
            file,
            checked,
            until: Until::default(),
            reading,
        }
    }
}

impl AudienceUpload<CreatedAudience> {
    /// The file's lines are IFAs (identifiers for advertisers), not user IDs.
    pub fn of_ifas(mut self) -> Self {
        self.fields.push(("isIfaAudience", true.to_string()));
        self
    }
}

impl<T> AudienceUpload<T> {
    /// Names this upload among the audience's jobs; at most
    /// [`UPLOAD_DESCRIPTION_MAX`](crate::line::audience::UPLOAD_DESCRIPTION_MAX) UTF-16 code units.
    pub fn upload_description(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        self.checked = self.checked.and(check_upload_description(Some(&text)));
        self.fields.push(("uploadDescription", text));
        self
    }

    /// Limits in time. An upload that is not through by its end is broken off.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// The request, checked and unsent.
    ///
    /// # Errors
    /// LINE would refuse it.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.call().into_request()
    }

    fn call(self) -> Call<T> {
        let Self { client, endpoint, fields, file, checked, until, reading } = self;
        let checked = checked.and_then(|()| file.check());
        let fields: std::sync::Arc<[_]> = fields.into();
        let upload = Upload::new(move || {
            let (fields, file) = (std::sync::Arc::clone(&fields), file.clone());
            async move { multipart::form(&fields, file.open().await?).await }
        });
        Call::of(&client, request(endpoint, &[]), reading)
            .payload(Payload::Upload(upload))
            .check(checked)
            .until(until)
    }
}

impl<T: Send + 'static> IntoFuture for AudienceUpload<T> {
    type Output = Result<Answer<T>, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}
