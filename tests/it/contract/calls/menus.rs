//! Rich menus, coupons, memberships.

use line_bot_server::line::action::{PostbackAction, RichMenuSwitchAction};
use line_bot_server::line::coupon::{CouponStatus, CouponTimeZone, Discount, Lottery, NewCoupon};
use line_bot_server::line::rich_menu::{
    Bounds, RichMenu, RichMenuBatch, RichMenuImage, RichMenuOperation, RichMenuSize,
};
use line_bot_server::line::{Date, EpochSeconds, RichMenuId, UserId};

use super::{Failed, Make, Stage, calls};

pub(super) fn calls() -> Vec<(&'static str, Make)> {
    calls! {
        validate_rich_menu => |s| s.client.validate_rich_menu(&menu());
        create_rich_menu => |s| async {
            let id = s.client.create_rich_menu(&menu()).await?;
            s.keep("rich-menu", &*id);
            Ok::<(), Failed>(())
        };
        upload_rich_menu_image => |s| s.client.upload_rich_menu_image(&id(s), &image());
        rich_menu_image => |s| s.client.rich_menu_image(&id(s));
        rich_menu => |s| s.client.rich_menu(&id(s));
        rich_menus => |s| s.client.rich_menus();
        create_rich_menu_alias => |s| s.client.create_rich_menu_alias("spring", &id(s));
        rich_menu_alias => |s| s.client.rich_menu_alias("spring");
        rich_menu_aliases => |s| s.client.rich_menu_aliases();
        update_rich_menu_alias => |s| s.client.update_rich_menu_alias("spring", &id(s));
        delete_rich_menu_alias => |s| s.client.delete_rich_menu_alias("spring");
        set_default_rich_menu => |s| s.client.set_default_rich_menu(&id(s));
        default_rich_menu => |s| s.client.default_rich_menu();
        cancel_default_rich_menu => |s| s.client.cancel_default_rich_menu();
        link_rich_menu => |s| s.client.link_rich_menu(&user(s), &id(s));
        rich_menu_of_user => |s| s.client.rich_menu_of_user(&user(s));
        unlink_rich_menu => |s| s.client.unlink_rich_menu(&user(s));
        link_rich_menu_to_users => |s| async {
            s.client.link_rich_menu_to_users(&id(s), [user(s)]).await.map_err(Failed::from)?.all().map_err(Failed::from)
        };
        unlink_rich_menu_from_users => |s| async {
            s.client.unlink_rich_menu_from_users([user(s)]).await.map_err(Failed::from)?.all().map_err(Failed::from)
        };
        validate_rich_menu_batch => |s| s.client.validate_rich_menu_batch(&batch(s));
        rich_menu_batch => |s| async {
            let batch = s.client.rich_menu_batch(&batch(s)).await?;
            s.keep("batch", &batch.request_id());
            Ok::<(), Failed>(())
        };
        rich_menu_batch_progress => |s| s.client.rich_menu_batch_progress(&s.kept("batch").into());
        rich_menu_summary => |s| s.client.rich_menu_summary(&id(s), day(s)..=day(s));
        rich_menu_daily => |s| s.client.rich_menu_daily(&id(s), day(s)..=day(s));
        delete_rich_menu => |s| s.client.delete_rich_menu(&id(s));
        create_coupon => |s| async {
            let id = s.client.create_coupon(&coupon()).await?;
            s.keep("coupon", &*id);
            Ok::<(), Failed>(())
        };
        coupons => |s| s.client.coupons(&[CouponStatus::Running]);
        coupon => |s| s.client.coupon(&s.kept("coupon").into());
        close_coupon => |s| s.client.close_coupon(&s.kept("coupon").into());
        memberships => |s| s.client.memberships();
        membership_subscription => |s| s.client.membership_subscription(&user(s));
        membership_users => |s| s.client.membership_users(s.kept("membership").parse().unwrap());
    }
}

fn user(stage: &Stage) -> UserId {
    stage.kept("user").into()
}

fn id(stage: &Stage) -> RichMenuId {
    stage.kept("rich-menu").into()
}

fn day(stage: &Stage) -> Date {
    Date::of(stage.clock.now().wall)
}

fn menu() -> RichMenu {
    RichMenu::new(RichMenuSize::COMPACT, "spring 2027", "Menu")
        .area(Bounds::new(0, 0, 1250, 843), PostbackAction::unlabelled("action=buy"))
        .area(Bounds::new(1250, 0, 1250, 843), RichMenuSwitchAction::new("spring", "tab=spring"))
        .selected(true)
}

/// As much of a PNG as says how large it is.
fn image() -> RichMenuImage {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend([2500_u32, 843].map(u32::to_be_bytes).concat());
    png.extend(b"\x08\x06\0\0\0\0\0\0\0");
    RichMenuImage::read(png).unwrap()
}

fn batch(stage: &Stage) -> RichMenuBatch {
    RichMenuBatch::each([RichMenuOperation::unlink(id(stage))]).resume_key("spring")
}

fn coupon() -> NewCoupon {
    let (start, end) = (EpochSeconds::new(1_795_000_000), EpochSeconds::new(1_799_938_800));
    NewCoupon::new("Friends only", Discount::Percentage(25), start, end, CouponTimeZone::AsiaTokyo)
        .description("Show this screen at the till.")
        .usage_condition("Once a day.")
        .image("https://example.com/coupon.png")
        .barcode("https://example.com/code.png")
        .code("SPRING27")
        .lottery(Lottery::new(50).winners(100))
}
