//! Messages.

use line_bot_server::line::narrowcast::{
    Age, AppType, Area, Demographic, Gender, Limit, Range, Recipient, SubscriptionPeriod,
};
use line_bot_server::line::{AggregationUnit, ReplyToken, UserId};
use line_bot_server::simulator::Simulator;

use super::{Failed, Make, Stage, calls};

pub(super) fn calls() -> Vec<(&'static str, Make)> {
    calls! {
        reply => |s| s.client.reply(reply_token(s), "hello").notification_disabled(true);
        push => |s| s.client.push(UserId::from(s.kept("user")), "hello").notification_disabled(true)
            .custom_aggregation_unit(unit());
        multicast => |s| async {
            let sent = s.client.multicast([s.kept("user")], "hello").notification_disabled(true)
                .custom_aggregation_unit(unit()).await;
            sent.map_err(|error| Failed::new(error.cause().and_then(|it| it.status()), error.to_string()))
        };
        narrowcast_to_all => |s| async {
            let sent = s.client.narrowcast("hello").notification_disabled(true).await?;
            if let Some(simulator) = &s.simulator {
                s.keep("narrowcast", &sent.request_id);
                super::others::until_sent(s, simulator).await;
            }
            Ok::<(), Failed>(())
        };
        narrowcast_to_some => |s| s.client.narrowcast("hello")
            .recipient(Recipient::audience(audience(&s.kept("audience"))) & !Recipient::redelivery(s.kept("narrowcast")) | Recipient::audience(audience(&s.kept("audience"))))
            .filter(
                Demographic::gender([Gender::Male]) & Demographic::age(Range::between(Age::Years20, Age::Years30).unwrap())
                | !Demographic::app_type([AppType::Ios]) & Demographic::area([Area::Tokyo])
                    & Demographic::subscription_period(Range::between(SubscriptionPeriod::Days7, SubscriptionPeriod::Days30).unwrap()),
            )
            .limit(Limit::new().max(100).up_to_remaining_quota().forbid_partial_delivery());
        narrowcast_progress => |s| s.client.narrowcast_progress(&s.kept("narrowcast").into());
        broadcast => |s| s.client.broadcast("hello").notification_disabled(true);
        validate_reply => |s| s.client.validate_reply("hello");
        validate_push => |s| s.client.validate_push("hello");
        validate_multicast => |s| s.client.validate_multicast("hello");
        validate_narrowcast => |s| s.client.validate_narrowcast("hello");
        validate_broadcast => |s| s.client.validate_broadcast("hello");
    }
}

/// Of an event that came just now.
fn reply_token(stage: &Stage) -> ReplyToken {
    let issue = |it: &Simulator| it.issue_reply_token(UserId::from(stage.kept("user")));
    ReplyToken::new(stage.simulator.as_ref().map_or_else(|| "token".to_owned(), issue))
}

fn unit() -> AggregationUnit {
    AggregationUnit::new("promotion_a").unwrap()
}

fn audience(id: &str) -> u64 {
    id.parse().unwrap()
}
