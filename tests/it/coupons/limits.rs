//! Every limit: at it a coupon is created, above it is refused here and by LINE.

use http::Method;
use line_bot_server::line::EpochSeconds;
use line_bot_server::line::coupon::{
    Acquisition, CashBack, CouponTimeZone, Discount, Lottery, NewCoupon, Reward,
};
use serde_json::{Value, json};

use super::{coupon, with};
use crate::support::Called;
use crate::support::called::{START, invalid, properties, refused};

const COUPON: &str = "/v2/bot/coupon";

async fn limit(line: &Called, at: NewCoupon, above: NewCoupon, told: &str) {
    line.client.create_coupon(&at).await.unwrap();
    assert_eq!(invalid(line.client.create_coupon(&above).await), told);
    let got = line.raw(Method::POST, COUPON, serde_json::to_value(&above).unwrap()).await;
    let (property, _) = told.split_once(':').unwrap();
    assert_eq!(properties(&got), [property], "{told}");
}

#[tokio::test]
async fn texts_have_limits() {
    let line = Called::new().await;
    let text = |count: usize| "\u{1F34E}".repeat(count / 2) + &"a".repeat(count % 2);
    let titled = |count| with(|it| it.title = text(count));
    limit(&line, titled(60), titled(61), "title: 61 UTF-16 code units, 60 are allowed").await;
    limit(&line, titled(1), titled(0), "title: 0 UTF-16 code units, 1 to 60 are allowed").await;
    let long = |count| coupon().description(text(count));
    limit(&line, long(1000), long(1001), "description: 1001 UTF-16 code units, 1000 are allowed").await;
    let long = |count| coupon().usage_condition(text(count));
    limit(&line, long(100), long(101), "usageCondition: 101 UTF-16 code units, 100 are allowed").await;
    let long = |count| coupon().code(text(count));
    limit(&line, long(16), long(17), "couponCode: 17 UTF-16 code units, 16 are allowed").await;
}

#[tokio::test]
async fn urls_are_https_and_have_limits() {
    let line = Called::new().await;
    let url = |len: usize| format!("https://example.com/{}", "a".repeat(len - 20));
    let told = "2001 UTF-16 code units, 2000 are allowed";
    limit(&line, coupon().image(url(2000)), coupon().image(url(2001)), &format!("imageUrl: {told}")).await;
    let barcodes = (coupon().barcode(url(2000)), coupon().barcode(url(2001)));
    limit(&line, barcodes.0, barcodes.1, &format!("barcodeImageUrl: {told}")).await;
    let told = "imageUrl: not an https URL; https is needed";
    limit(&line, coupon().image(url(20)), coupon().image("http://example.com/"), told).await;
}

#[tokio::test]
async fn rewards_have_limits() {
    let line = Called::new().await;
    let giving = |reward: Reward| with(|it| it.reward = reward);
    for kind in [
        |percent| Reward::from(Discount::Percentage(percent)),
        |percent| Reward::from(CashBack::Percentage(percent)),
    ] {
        let told = "reward.priceInfo.percentage: 100 per cent, 1 to 99 are allowed";
        limit(&line, giving(kind(99)), giving(kind(100)), told).await;
        let told = "reward.priceInfo.percentage: 0 per cent, 1 to 99 are allowed";
        limit(&line, giving(kind(1)), giving(kind(0)), told).await;
    }
    let told = "reward.priceInfo.fixedAmount: 0, 1 or more is needed";
    limit(&line, giving(Discount::Fixed(1).into()), giving(Discount::Fixed(0).into()), told).await;
    limit(&line, giving(CashBack::Fixed(1).into()), giving(CashBack::Fixed(0).into()), told).await;
    let prices = |original_price, price_after_discount| {
        giving(Discount::Explicit { original_price, price_after_discount }.into())
    };
    let told = "reward.priceInfo.originalPrice: 0, 1 or more is needed";
    limit(&line, prices(1, 1), prices(0, 1), told).await;
    let told = "reward.priceInfo.priceAfterDiscount: 0, 1 or more is needed";
    limit(&line, prices(1, 1), prices(1, 0), told).await;
}

#[tokio::test]
async fn lotteries_have_limits() {
    let line = Called::new().await;
    let drawn = |lottery| coupon().lottery(lottery);
    for (good, bad) in [(1, 0), (99, 100)] {
        let told = format!("acquisitionCondition.lotteryProbability: {bad} per cent, 1 to 99 are allowed");
        limit(&line, drawn(Lottery::new(good)), drawn(Lottery::new(bad)), &told).await;
    }
    for (good, bad) in [(1, 0), (999_999, 1_000_000)] {
        let told = format!("acquisitionCondition.maxAcquireCount: {bad} winners, 1 to 999999 are allowed");
        limit(&line, drawn(Lottery::new(50).winners(good)), drawn(Lottery::new(50).winners(bad)), &told)
            .await;
    }
    let unlimited = serde_json::to_value(Acquisition::Lottery(Lottery::new(50))).unwrap();
    assert_eq!(unlimited, json!({"type": "lottery", "lotteryProbability": 50, "maxAcquireCount": -1}));
}

#[tokio::test]
async fn a_coupon_ends_neither_before_its_start_nor_before_now() {
    let line = Called::new().await;
    let now = EpochSeconds::from(START);
    let ending = |start: i64, end: i64| {
        with(|it| {
            it.start_timestamp = EpochSeconds::new(now.get() + start);
            it.end_timestamp = EpochSeconds::new(now.get() + end);
        })
    };
    limit(&line, ending(100, 100), ending(100, 99), "endTimestamp: lies before startTimestamp").await;
    line.client.create_coupon(&ending(-100, 0)).await.unwrap();
    let over = line.client.create_coupon(&ending(-100, -1)).await.unwrap_err();
    assert_eq!(over.status(), Some(400));
    assert!(over.to_string().contains("endTimestamp"), "{over}");
}

#[tokio::test]
async fn every_time_zone_is_taken() {
    let line = Called::new().await;
    let zones = include_str!("../../../src/line/coupon/zone.rs");
    let words: Vec<_> = zones.split('"').skip(1).step_by(2).collect();
    assert_eq!(words.len(), 34);
    for word in words {
        let timezone: CouponTimeZone = serde_json::from_value(json!(word)).unwrap();
        assert!(!matches!(timezone, CouponTimeZone::Unknown(_)), "{word}");
        let id = line.client.create_coupon(&with(|it| it.timezone = timezone)).await.unwrap().value;
        let told = line.client.coupon(&id).await.unwrap().value.timezone.unwrap();
        assert_eq!(told.as_str(), word);
    }
    let unknown = with(|it| it.timezone = CouponTimeZone::Unknown("MARS".into()));
    assert_eq!(refused(line.client.create_coupon(&unknown).await).0, 400);
}

#[tokio::test]
async fn what_is_missing_or_does_not_belong_there_is_named() {
    let line = Called::new().await;
    let raw = |body: Value| line.raw(Method::POST, COUPON, body);
    let got = raw(json!({})).await;
    let all = [
        "title",
        "visibility",
        "timezone",
        "maxUseCountPerTicket",
        "startTimestamp",
        "endTimestamp",
        "acquisitionCondition",
        "reward",
    ];
    assert_eq!(properties(&got), all);
    let having = |field: &str, value: Value| {
        let mut body = serde_json::to_value(coupon()).unwrap();
        body[field] = value;
        body
    };
    let price = json!({"type": "percentage", "percentage": 5, "fixedAmount": 5});
    for (body, property) in [
        (having("reward", json!({"type": "discount", "priceInfo": price})), "reward.priceInfo.fixedAmount"),
        (having("reward", json!({"type": "free", "priceInfo": price})), "reward.priceInfo"),
        (having("reward", json!({"type": "discount"})), "reward.priceInfo"),
        (
            having("reward", json!({"type": "cashBack", "priceInfo": {"type": "explicit"}})),
            "reward.priceInfo.type",
        ),
        (having("reward", json!({"type": "moon"})), "reward.type"),
        (having("acquisitionCondition", json!({"type": "referral"})), "acquisitionCondition.type"),
        (having("visibility", json!("PRIVATE")), "visibility"),
        (having("maxUseCountPerTicket", json!(2)), "maxUseCountPerTicket"),
    ] {
        assert_eq!(properties(&raw(body.clone()).await), [property], "{body}");
    }
    let got = raw(having("reward", json!({"type": "moon"}))).await;
    let message = "Must be one of the following values: [discount,free,gift,cashBack,others]";
    assert_eq!(got.1["details"][0]["message"], message);
}

#[tokio::test]
async fn an_account_has_five_thousand_valid_coupons() {
    let line = Called::new().await;
    let body = serde_json::to_value(coupon()).unwrap();
    let mut last = Value::Null;
    for _ in 0..5000 {
        last = line.raw(Method::POST, COUPON, body.clone()).await.1["couponId"].take();
    }
    let error = line.client.create_coupon(&coupon()).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert!(error.to_string().contains("You have too many coupons created."), "{error}");
    line.client.close_coupon(&last.as_str().unwrap().into()).await.unwrap();
    line.client.create_coupon(&coupon()).await.unwrap();
}
