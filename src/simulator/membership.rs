//! The membership plans, and who has joined them.

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::line::UserId;

use super::calendar::with_hyphens;
use crate::line::Date;

/// The plans, in the order they were offered in.
#[derive(Debug, Default)]
pub(super) struct Memberships(Vec<Plan>);

/// A plan.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) id: i64,
    title: String,
    price: f64,
    pub(super) members: Vec<Member>,
}

/// Somebody who has joined a plan.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) user: UserId,
    number: usize,
    joined: Timestamp,
}

/// The first id, as long as LINE's are.
const FIRST_ID: i64 = 3001;

impl Memberships {
    /// The plan of this title; it is offered from now on.
    pub(super) fn named(&mut self, title: &str, price: f64) -> &mut Plan {
        let place = self.0.iter().position(|plan| plan.title == title).unwrap_or(self.0.len());
        if place == self.0.len() {
            let id = self.0.last().map_or(FIRST_ID, |last| last.id + 1);
            self.0.push(Plan { id, title: title.to_owned(), price, members: Vec::new() });
        }
        &mut self.0[place]
    }

    pub(super) fn all(&self) -> &[Plan] {
        &self.0
    }

    pub(super) fn get(&self, id: &str) -> Option<&Plan> {
        self.0.iter().find(|plan| plan.id.to_string() == id)
    }

    pub(super) fn leave(&mut self, id: i64, user: &UserId) {
        if let Some(plan) = self.0.iter_mut().find(|plan| plan.id == id) {
            plan.members.retain(|member| member.user != *user);
        }
    }
}

impl Plan {
    pub(super) fn join(&mut self, user: &UserId, now: Timestamp) {
        if self.members.iter().all(|member| member.user != *user) {
            let number = self.members.last().map_or(1, |last| last.number + 1);
            self.members.push(Member { user: user.clone(), number, joined: now });
        }
    }

    fn offer(&self) -> Value {
        json!({
            "membershipId": self.id,
            "title": self.title,
            "description": format!("What {} offers.", self.title),
            "benefits": ["Members only messages"],
            "price": self.price,
            "currency": "JPY",
        })
    }

    /// As in the list of plans.
    pub(super) fn listed(&self) -> Value {
        let mut plan = self.offer();
        plan["memberCount"] = json!(self.members.len());
        plan["memberLimit"] = Value::Null;
        plan["isInAppPurchase"] = json!(true);
        plan["isPublished"] = json!(true);
        plan
    }

    /// As in what a user subscribes to.
    pub(super) fn subscription(&self, user: &UserId, now: Timestamp) -> Option<Value> {
        let member = self.members.iter().find(|member| member.user == *user)?;
        let months = now.since(member.joined).as_secs() / MONTH_SECONDS;
        let paid_until = member.joined.after(MONTH * u32::try_from(months + 1).unwrap_or(u32::MAX));
        Some(json!({
            "membership": self.offer(),
            "user": {
                "membershipNo": member.number,
                "joinedTime": member.joined.as_millis().div_euclid(1000),
                "nextBillingDate": with_hyphens(Date::of(paid_until)),
                "totalSubscriptionMonths": months + 1,
            },
        }))
    }
}

/// Simulated months are all of one length.
const MONTH_SECONDS: u64 = 30 * 24 * 3600;
const MONTH: std::time::Duration = std::time::Duration::from_secs(MONTH_SECONDS);
