//! Coupons: created within LINE's limits, listed page by page, closed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod limits;

use std::time::Duration;

use futures_util::TryStreamExt;
use http::Method;
use line_bot_server::line::coupon::{
    CashBack, Coupon, CouponStatus, CouponTimeZone, CouponVisibility, Currency, Discount, Lottery, NewCoupon,
    PriceInfoType, Reward, RewardType, Uses, Visibility,
};
use line_bot_server::line::{CouponId, EpochSeconds};
use serde_json::{Value, json};

use crate::support::Called;
use crate::support::called::{START, properties, refused};

/// Runs for an hour from now.
fn coupon() -> NewCoupon {
    lasting(Duration::from_secs(3600))
}

fn lasting(time: Duration) -> NewCoupon {
    NewCoupon::new("Spring", Reward::Free, START, START.after(time), CouponTimeZone::AsiaTokyo)
}

/// The same with something changed.
fn with(change: impl FnOnce(&mut NewCoupon)) -> NewCoupon {
    let mut coupon = coupon();
    change(&mut coupon);
    coupon
}

async fn all(line: &Called, statuses: &[CouponStatus]) -> Vec<CouponId> {
    let coupons = line.client.coupons(statuses).stream().map_ok(|coupon| coupon.coupon_id);
    coupons.try_collect().await.unwrap()
}

#[tokio::test]
async fn a_coupon_is_created_read_and_closed() {
    let line = Called::new().await;
    let wanted = coupon()
        .lottery(Lottery::new(50).winners(100))
        .visibility(Visibility::Public)
        .uses(Uses::Unlimited)
        .description("Show this\nat the till.")
        .usage_condition("From 1,000 yen")
        .image("https://example.com/a.jpg")
        .code("SPRING27")
        .barcode("https://example.com/b.png");
    let id = line.client.create_coupon(&wanted).await.unwrap().value;
    let coupon = line.client.coupon(&id).await.unwrap().value;
    assert_eq!(coupon.coupon_id.as_ref(), Some(&id));
    assert_eq!(coupon.title.as_deref(), Some("Spring"));
    assert_eq!(coupon.start_timestamp, Some(EpochSeconds::new(1_793_000_000)));
    assert_eq!(coupon.end_timestamp, Some(EpochSeconds::new(1_793_003_600)));
    assert_eq!(coupon.created_timestamp, Some(EpochSeconds::from(START)));
    assert_eq!(coupon.timezone, Some(CouponTimeZone::AsiaTokyo));
    assert_eq!(coupon.visibility, Some(CouponVisibility::Public));
    assert_eq!((coupon.max_use_count_per_ticket, coupon.max_ticket_per_user), (Some(-1), Some(1)));
    assert_eq!(coupon.status, Some(CouponStatus::Running));
    let condition = coupon.acquisition_condition.unwrap();
    assert_eq!((condition.lottery_probability, condition.max_acquire_count), (Some(50), Some(100)));
    assert_eq!(coupon.coupon_code.as_deref(), Some("SPRING27"));

    line.client.close_coupon(&id).await.unwrap();
    assert_eq!(line.client.coupon(&id).await.unwrap().value.status, Some(CouponStatus::Closed));
    assert_eq!(refused(line.client.close_coupon(&id).await).0, 410);
    assert_eq!(refused(line.client.coupon(&"01K".into()).await).0, 404);
    let error = line.client.close_coupon(&"01K".into()).await.unwrap_err();
    assert_eq!(error.status(), Some(404));
    assert!(error.to_string().contains("coupon not found"), "{error}");
}

#[tokio::test]
async fn each_reward_is_told_as_it_was_given() {
    let line = Called::new().await;
    let explicit = Discount::Explicit { original_price: 12_000, price_after_discount: 9500 };
    for (reward, kind, price) in [
        (Discount::Fixed(1500).into(), RewardType::Discount, Some(PriceInfoType::Fixed)),
        (Discount::Percentage(25).into(), RewardType::Discount, Some(PriceInfoType::Percentage)),
        (explicit.into(), RewardType::Discount, Some(PriceInfoType::Explicit)),
        (CashBack::Fixed(100).into(), RewardType::CashBack, Some(PriceInfoType::Fixed)),
        (CashBack::Percentage(30).into(), RewardType::CashBack, Some(PriceInfoType::Percentage)),
        (Reward::Free, RewardType::Free, None),
        (Reward::Gift, RewardType::Gift, None),
        (Reward::Others, RewardType::Others, None),
    ] {
        let id = line.client.create_coupon(&with(|it| it.reward = reward)).await.unwrap().value;
        let told = line.client.coupon(&id).await.unwrap().value.reward.unwrap();
        assert_eq!(told.kind, kind);
        assert_eq!(told.price_info.as_ref().map(|info| info.kind.clone()), price);
        let in_money = price.is_some() && price != Some(PriceInfoType::Percentage);
        assert_eq!(told.price_info.and_then(|info| info.currency), in_money.then_some(Currency::Jpy));
    }
    let written = serde_json::to_value(Reward::from(explicit)).unwrap();
    let price = json!({"type": "explicit", "originalPrice": 12_000, "priceAfterDiscount": 9500});
    assert_eq!(written, json!({"type": "discount", "priceInfo": price}));
}

#[tokio::test]
async fn a_coupon_closes_when_its_time_is_over() {
    let line = Called::new().await;
    let short = line.client.create_coupon(&coupon()).await.unwrap().value;
    let long = line.client.create_coupon(&lasting(Duration::from_secs(7200))).await.unwrap().value;
    let draft = line.sim.draft_coupon("Idea").unwrap();
    line.clock.advance(Duration::from_secs(3600));
    assert_eq!(all(&line, &[CouponStatus::Running]).await, [long.clone(), short.clone()]);
    line.clock.advance(Duration::from_secs(1));
    assert_eq!(all(&line, &[CouponStatus::Running]).await, std::slice::from_ref(&long));
    assert_eq!(all(&line, &[CouponStatus::Closed]).await, std::slice::from_ref(&short));
    assert_eq!(
        all(&line, &[CouponStatus::Draft, CouponStatus::Closed]).await,
        [draft.clone(), short.clone()]
    );
    assert_eq!(all(&line, &[]).await, [draft, long, short]);
}

#[tokio::test]
async fn the_list_goes_on_page_by_page_for_a_day() {
    let line = Called::new().await;
    let mut made = Vec::new();
    for _ in 0..205 {
        made.push(line.client.create_coupon(&coupon()).await.unwrap().value);
    }
    made.reverse();
    let page = line.client.coupons(&[]).await.unwrap().value;
    assert_eq!(page.items.len(), 100);
    assert_eq!(page.items[0].title, "Spring");
    let next = page.next.unwrap();
    // What is created or closed meanwhile does not shift the pages.
    line.client.create_coupon(&coupon()).await.unwrap();
    let rest: Vec<_> = line.client.coupons(&[]).from(&next).stream().try_collect().await.unwrap();
    assert_eq!(rest.into_iter().map(|it| it.coupon_id).collect::<Vec<_>>(), made[100..]);
    assert_eq!(line.sim.calls_to("coupon-list").len(), 3);
    line.clock.advance(Duration::from_secs(24 * 3600));
    let old = refused(line.client.coupons(&[]).from(&next).await);
    assert_eq!(old, (400, "Invalid start param".to_owned()));
}

#[tokio::test]
async fn the_list_takes_limits_and_statuses_as_line_does() {
    let line = Called::new().await;
    line.sim.draft_coupon("Idea").unwrap();
    line.client.create_coupon(&coupon()).await.unwrap();
    let get = |query: &'static str| line.raw(Method::GET, query, Value::Null);
    let items = |(status, body): (u16, Value)| {
        assert_eq!(status, 200, "{body}");
        body["items"].as_array().unwrap().len()
    };
    assert_eq!(items(get("/v2/bot/coupon?limit=100&status=DRAFT,RUNNING").await), 2);
    assert_eq!(items(get("/v2/bot/coupon?limit=1&status=DRAFT&status=RUNNING").await), 1);
    assert_eq!(items(get("/v2/bot/coupon?status=CLOSED").await), 0);
    for (query, property) in [
        ("/v2/bot/coupon?limit=101", "limit"),
        ("/v2/bot/coupon?limit=0", "limit"),
        ("/v2/bot/coupon?limit=many", "limit"),
        ("/v2/bot/coupon?status=OPEN", "status"),
    ] {
        assert_eq!(properties(&get(query).await), [property]);
    }
    let unknown = CouponStatus::Unknown("OPEN".into());
    assert_eq!(refused(line.client.coupons(&[unknown]).await).0, 400);
}

#[test]
fn an_answer_is_read_however_little_or_much_it_says() {
    assert_eq!(serde_json::from_value::<Coupon>(json!({})).unwrap(), Coupon::default());
    let more = json!({
        "visibility": "PRIVATE", "status": "PAUSED", "timezone": "MARS_OLYMPUS", "new": [],
        "acquisitionCondition": {"type": "referral"},
        "reward": {"type": "moon", "priceInfo": {"type": "fixed", "currency": "EUR"}},
    });
    let coupon: Coupon = serde_json::from_value(more).unwrap();
    assert_eq!(coupon.visibility, Some(CouponVisibility::Private));
    assert_eq!(coupon.status.unwrap().as_str(), "PAUSED");
    assert_eq!(coupon.reward.unwrap().kind.as_str(), "moon");
}
