//! Several channels in one server do not know each other.

use line_bot_server::handler_fn;
use line_bot_server::simulator::{Outcome, Parcel, Settings, Signature, Simulator};
use line_bot_server::{Context, Event};

use crate::support::{PATIENCE, Seen, Stage, heard};

#[tokio::test]
async fn one_event_id_in_two_channels_is_two_events_each_answered_with_its_own_channels_token() {
    // Each LINE takes its own token alone, and signs with its own secret.
    let shop = Stage::with(|settings| settings.webhook_timeout = PATIENCE).await;
    let support =
        Simulator::start(Settings { webhook_timeout: PATIENCE, ..Settings::default() }).await.unwrap();
    let (secret, token) = (shop.sim.secret().to_owned(), shop.sim.access_token().to_owned());
    let shop = shop
        .unset("LINE_CHANNEL_SECRET")
        .unset("LINE_CHANNEL_ACCESS_TOKEN")
        .set("LINE_CHANNELS", "shop,support")
        .set("LINE_CHANNEL_SECRET__SHOP", &secret)
        .set("LINE_CHANNEL_ACCESS_TOKEN__SHOP", &token)
        .set("LINE_CHANNEL_SECRET__SUPPORT", support.secret())
        .set("LINE_CHANNEL_ACCESS_TOKEN__SUPPORT", support.access_token());
    let seen = Seen::default();
    let noted = seen.clone();
    let handler = handler_fn(move |cx: Context, event: Event| {
        let one = noted.note(&cx, &event);
        async move {
            cx.respond(one.channel).await?;
            cx.push("and pushed").await?;
            Ok(())
        }
    });
    let base = support.base_url();
    let app = shop
        .start_with(handler, |config| {
            let theirs = config.channels.iter_mut().find(|it| it.name.as_str() == "support").unwrap();
            theirs.client.api_base_url = base;
        })
        .await;
    shop.sim.point_at(app.url("/callback/shop"));
    support.point_at(app.url("/callback/support"));

    let alice = shop.sim.user("Alice");
    let event = shop.sim.say(&alice, "hi").unwrap();
    let twin = support.adopt(event.json.clone()).unwrap();
    support.deliver(Parcel::of([twin]).copies(2));
    let (ours, theirs) = (heard(&shop.sim, alice.clone(), 2).await, heard(&support, alice, 2).await);
    assert_eq!((&*ours[0].0, &*theirs[0].0), ("shop", "support"));

    // The other channel's secret opens nothing.
    let body = serde_json::json!({"destination": "U0", "events": [event.json]}).to_string();
    support.point_at(app.url("/callback/shop"));
    assert_eq!(support.post(body.clone(), Signature::Right).await, Outcome::Answered(401));
    assert_eq!(app.post("/callback", Some(&secret), body.clone()).await.status(), 404);
    assert_eq!(app.post("/callback/nobody", Some(&secret), body).await.status(), 404);
    app.stop().await;
    let mut channels: Vec<_> = seen.all().into_iter().map(|one| (one.id, one.channel)).collect();
    channels.sort();
    let id = event.id.to_string();
    assert_eq!(channels, [(id.clone(), "shop".to_owned()), (id, "support".to_owned())]);
    for line in [&shop.sim, &support] {
        assert!(line.ledger(|ledger| ledger.calls().iter().all(|call| call.status == Some(200))));
    }
}
