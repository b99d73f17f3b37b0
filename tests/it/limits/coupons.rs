//! `coupon`

use line_bot_server::line::CouponMessage;

use super::case::{Case, needed, plain};
use super::hold;

#[tokio::test]
async fn coupons() {
    let tagged = |tag: String| CouponMessage::new("01JYNW8JMQVFBNWF1APF8Z3FS7").delivery_tag(tag);
    let mut cases = vec![needed("couponId", CouponMessage::new), plain("deliveryTag", 30, tagged)];
    let problem = "other characters, a-z, A-Z, 0-9 and _ are allowed";
    for other in ["a-b", "a b", "é", "鍵", "a."] {
        let good = tagged("azAZ09_".to_owned());
        cases.push(Case::new("deliveryTag", good, tagged(other.to_owned()), other, problem));
    }
    hold(cases).await;
}
