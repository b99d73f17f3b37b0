//! `GET /v2/bot/audienceGroup/list`, `GET /v2/bot/audienceGroup/shared/{audienceGroupId}`,
//! `GET /v2/bot/audienceGroup/shared/list`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)).

use super::RATE;
use crate::client::call::{Reading, json, read_json};
use crate::client::{Call, Client, Endpoint, Page, Paged};
use crate::line::audience::{
    AudienceFilter, AudienceGroup, AudienceGroups, SharedAudienceData, SharedAudienceFilter,
};

static LIST: Endpoint = Endpoint::get("audiences", "/v2/bot/audienceGroup/list").rate(RATE);
static SHARED: Endpoint =
    Endpoint::get("shared_audience", "/v2/bot/audienceGroup/shared/{audienceGroupId}").rate(RATE);
static SHARED_LIST: Endpoint =
    Endpoint::get("shared_audiences", "/v2/bot/audienceGroup/shared/list").rate(RATE);

impl Client {
    /// The channel's audiences, page by page or as a stream
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)). Pages are numbered, so
    /// an audience that is made or deleted meanwhile may shift others from one page to the next.
    pub fn audiences(&self, filter: &AudienceFilter) -> Paged<AudienceGroup> {
        numbered(
            Paged::new(self, &LIST, &[], "page", Reading::whole(|answered| page(&answered.body)))
                .check(filter.check()),
            filter.query(),
        )
    }

    /// An audience that Business Manager shares with this account
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-shared-audience)).
    pub fn shared_audience(&self, audience: u64) -> Call<SharedAudienceData> {
        Call::new(self, &SHARED, &[&audience.to_string()], json())
    }

    /// The audiences that Business Manager shares with this account, as [`audiences`](Client::audiences)
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-shared-audience-list)).
    pub fn shared_audiences(&self, filter: &SharedAudienceFilter) -> Paged<AudienceGroup> {
        let list =
            Paged::new(self, &SHARED_LIST, &[], "page", Reading::whole(|answered| page(&answered.body)));
        numbered(list.check(filter.check()), filter.query())
    }
}

/// The first page has a number, too: LINE asks for one.
fn numbered(list: Paged<AudienceGroup>, query: Vec<(&'static str, String)>) -> Paged<AudienceGroup> {
    query.into_iter().fold(list, |list, (name, value)| list.query(name, &value)).from("1")
}

fn page(body: &[u8]) -> Result<Page<AudienceGroup>, String> {
    let groups: AudienceGroups = read_json(body)?;
    let next = match (groups.has_next_page, groups.page) {
        (false, _) => None,
        (true, Some(page)) => Some((page + 1).to_string()),
        (true, None) => return Err("there is another page, but this one has no number".to_owned()),
    };
    Ok(Page::new(groups.audience_groups, next))
}
