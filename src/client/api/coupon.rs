//! `POST /v2/bot/coupon`, `GET /v2/bot/coupon`, `GET /v2/bot/coupon/{couponId}`, `PUT /v2/bot/coupon/{couponId}/close`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#coupon)).

use crate::client::call::{Reading, json, nothing, read_json};
use crate::client::execute::Answered;
use crate::client::{Call, Client, Endpoint, Page, Paged, Rate};
use crate::line::CouponId;
use crate::line::coupon::{
    COUPONS_PER_PAGE_MAX, Coupon, CouponIdResponse, CouponList, CouponStatus, CouponSummary, NewCoupon,
};

const RATE: Rate = Rate::per_second(200);

static CREATE: Endpoint = Endpoint::post("create_coupon", "/v2/bot/coupon").rate(RATE).once();
static LIST: Endpoint = Endpoint::get("coupons", "/v2/bot/coupon").rate(RATE);
static GET: Endpoint = Endpoint::get("coupon", "/v2/bot/coupon/{couponId}").rate(RATE);
static CLOSE: Endpoint = Endpoint::put("close_coupon", "/v2/bot/coupon/{couponId}/close").rate(RATE);

impl Client {
    /// Creates a coupon, at most 5,000 valid ones (400 beyond). Nobody gets it by that: it is sent as a message
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
    pub fn create_coupon(&self, coupon: &NewCoupon) -> Call<CouponId> {
        Call::new(self, &CREATE, &[], Reading::whole(id)).check(coupon.check()).body(coupon)
    }

    /// The coupons that are in one of these states, or all where none is named; those made in LINE Official Account
    /// Manager too. A page has up to [`COUPONS_PER_PAGE_MAX`]
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-coupons-list)).
    pub fn coupons(&self, statuses: &[CouponStatus]) -> Paged<CouponSummary> {
        let list = Paged::new(self, &LIST, &[], "start", Reading::whole(page))
            .query("limit", &COUPONS_PER_PAGE_MAX.to_string());
        statuses.iter().fold(list, |list, status| list.query("status", status.as_str()))
    }

    /// A coupon. 404: there is none of this ID, or it is another channel's
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-coupon)).
    pub fn coupon(&self, coupon: &CouponId) -> Call<Coupon> {
        Call::new(self, &GET, &[coupon.as_str()], json())
    }

    /// Closes a coupon for good: nobody can get it any more, and who got it cannot use it. 404: there is none of this
    /// ID; 410: it is closed, maybe by an earlier attempt of this call
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#discontinue-coupon)).
    pub fn close_coupon(&self, coupon: &CouponId) -> Call<()> {
        Call::new(self, &CLOSE, &[coupon.as_str()], nothing())
    }
}

fn id(Answered { body, .. }: Answered) -> Result<CouponId, String> {
    read_json::<CouponIdResponse>(&body).map(|answer| answer.coupon_id)
}

fn page(Answered { body, .. }: Answered) -> Result<Page<CouponSummary>, String> {
    read_json::<CouponList>(&body).map(|list| Page::new(list.items, list.next))
}
