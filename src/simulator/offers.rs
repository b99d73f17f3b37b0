//! What a test sees and sets of rich menus, coupons and memberships: what a person sees, and what is done elsewhere
//! than in the API.

use serde_json::json;

use crate::line::{CouponId, RichMenuId, UserId};

use super::Simulator;
use super::rich_menu::DefaultMenu;

/// Rich menus, coupons, memberships.
impl Simulator {
    /// The rich menu that a user sees: the one linked to them, else the default.
    pub fn rich_menu_shown_to(&self, user: &UserId) -> Option<RichMenuId> {
        let now = self.sim.now();
        let mut state = self.sim.state();
        let world = &mut state.world;
        world.rich_menus.settle(now, &world.people);
        world.rich_menus.shown_to(user, &world.people).map(|menu| menu.id.clone())
    }

    /// The rich menu that a switch to this alias shows.
    pub fn rich_menu_by_alias(&self, alias: &str) -> Option<RichMenuId> {
        self.sim.state().world.rich_menus.by_alias(alias).map(|menu| menu.id.clone())
    }

    /// Another channel of the account sets the default rich menu: asking for it is 403.
    pub fn default_rich_menu_of_another_channel(&self) {
        self.sim.state().world.rich_menus.default = DefaultMenu::OfAnotherChannel;
    }

    /// Somebody saves a coupon as a draft in LINE Official Account Manager.
    pub fn draft_coupon(&self, title: &str) -> Option<CouponId> {
        let now = self.sim.now();
        let object = json!({"title": title});
        self.sim.state().world.coupons.create(object, true, now).map(|coupon| coupon.id.clone())
    }

    /// The membership plan of this title, with these members besides those it has; offered from now on. Returns its
    /// `membershipId`.
    pub fn membership(&self, title: &str, price: f64, members: &[UserId]) -> i64 {
        let now = self.sim.now();
        let mut state = self.sim.state();
        let plan = state.world.memberships.named(title, price);
        members.iter().for_each(|user| plan.join(user, now));
        plan.id
    }

    /// A member leaves a plan.
    pub fn leave_membership(&self, membership_id: i64, user: &UserId) {
        self.sim.state().world.memberships.leave(membership_id, user);
    }
}
