//! `GET /liff/v1/apps`, `POST /liff/v1/apps`, `PUT /liff/v1/apps/{liffId}`, `DELETE /liff/v1/apps/{liffId}`
//! ([reference](https://developers.line.biz/en/reference/liff-server/)).
//!
//! They take the token of a LINE Login channel, not of a Messaging API channel: make a client of its own for it.

use serde::Deserialize;

use crate::client::call::{Reading, nothing, read_json};
use crate::client::{Call, Client, Endpoint};
use crate::line::LiffId;
use crate::line::liff::{LiffApp, LiffChanges, NewLiffApp};

static LIST: Endpoint = Endpoint::get("liff_apps", "/liff/v1/apps");
static ADD: Endpoint = Endpoint::post("add_liff_app", "/liff/v1/apps").once();
static UPDATE: Endpoint = Endpoint::put("update_liff_app", "/liff/v1/apps/{liffId}");
static DELETE: Endpoint = Endpoint::delete("delete_liff_app", "/liff/v1/apps/{liffId}");

#[derive(Deserialize)]
struct Apps {
    #[serde(default)]
    apps: Vec<LiffApp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Added {
    liff_id: LiffId,
}

impl Client {
    /// Every LIFF app of the channel. 404 if there is none
    /// ([reference](https://developers.line.biz/en/reference/liff-server/#get-all-liff-apps)).
    pub fn liff_apps(&self) -> Call<Vec<LiffApp>> {
        let apps = Reading::whole(|answered| read_json::<Apps>(&answered.body).map(|it| it.apps));
        Call::new(self, &LIST, &[], apps)
    }

    /// Adds a LIFF app; a channel may have [`LIFF_APPS_MAX`](crate::line::liff::LIFF_APPS_MAX), beyond which LINE
    /// answers 400 ([reference](https://developers.line.biz/en/reference/liff-server/#add-liff-app)). Not repeated when
    /// its outcome is unknown, for that could add two.
    pub fn add_liff_app(&self, app: &NewLiffApp) -> Call<LiffId> {
        let id = Reading::whole(|answered| read_json::<Added>(&answered.body).map(|it| it.liff_id));
        Call::new(self, &ADD, &[], id).body(app).check(app.check())
    }

    /// Changes a LIFF app; what is not set stays as it is. 404 if it is not the channel's
    /// ([reference](https://developers.line.biz/en/reference/liff-server/#update-liff-app)).
    pub fn update_liff_app(&self, app: &LiffId, changes: &LiffChanges) -> Call<()> {
        Call::new(self, &UPDATE, &[app.as_str()], nothing()).body(changes).check(changes.check())
    }

    /// Deletes a LIFF app. 404 if it is not the channel's; so it is on a repeat, when the answer of the first attempt
    /// was lost ([reference](https://developers.line.biz/en/reference/liff-server/#delete-liff-app)).
    pub fn delete_liff_app(&self, app: &LiffId) -> Call<()> {
        Call::new(self, &DELETE, &[app.as_str()], nothing())
    }
}
