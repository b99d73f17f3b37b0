//! Audiences.

use std::time::Duration;

use line_bot_server::client::api::audience::UserIdFile;
use line_bot_server::line::audience::{
    AddToAudience, AudienceCreateRoute, AudienceFilter, AudienceStatus, ClickAudience, ImpressionAudience,
    NewAudience, SharedAudienceFilter,
};

use super::{Failed, Make, Stage, calls};

/// Those that need nothing of what was sent.
pub(super) fn first() -> Vec<(&'static str, Make)> {
    calls! {
        create_audience => |s| async {
            let made = s.client.create_audience(&new(s)).await?;
            s.keep("audience", &made.audience_group_id);
            s.clock.advance(Duration::from_secs(24 * 3600));
            Ok::<(), Failed>(())
        };
        add_to_audience => |s| {
            s.client.add_to_audience(&AddToAudience::users(id(s), [s.kept("user")]).upload_description("more"))
        };
        create_audience_by_file => |s| s.client.create_audience_by_file("by file", file(s)).upload_description("list");
        create_audience_of_ifas_by_file => |s| {
            s.client.create_audience_by_file("by file of IFAs", UserIdFile::bytes("aa0e8400-e29b-41d4-a716-446655440000\n")).of_ifas()
        };
        add_to_audience_by_file => |s| s.client.add_to_audience_by_file(id(s), file(s)).upload_description("list");
        rename_audience => |s| s.client.rename_audience(id(s), "regulars of spring");
        audience => |s| s.client.audience(id(s));
        audiences => |s| s.client.audiences(&filter());
        shared_audience => |s| s.client.shared_audience(s.kept("shared-audience").parse().unwrap());
        shared_audiences => |s| s.client.shared_audiences(&shared());
    }
}

/// Those that need a narrowcast.
pub(super) fn then() -> Vec<(&'static str, Make)> {
    calls! {
        create_click_audience => |s| {
            let audience = ClickAudience::new("clicked", s.kept("narrowcast"));
            s.client.create_click_audience(&audience.click_url("https://example.com/"))
        };
        create_impression_audience => |s| {
            s.client.create_impression_audience(&ImpressionAudience::new("seen", s.kept("narrowcast")))
        };
        delete_audience => |s| s.client.delete_audience(id(s));
    }
}

fn id(stage: &Stage) -> u64 {
    stage.kept("audience").parse().unwrap()
}

fn new(stage: &Stage) -> NewAudience {
    NewAudience::of_users("regulars", [stage.kept("user")]).upload_description("first")
}

fn file(stage: &Stage) -> UserIdFile {
    UserIdFile::bytes(format!("{}\n", stage.kept("user")))
}

fn filter() -> AudienceFilter {
    AudienceFilter::default()
        .description("regulars")
        .status(AudienceStatus::Ready)
        .size(40)
        .create_route(AudienceCreateRoute::MessagingApi)
        .includes_external_public_groups(true)
}

fn shared() -> SharedAudienceFilter {
    SharedAudienceFilter::default().description("shared").size(40).includes_owned_audience_groups(true)
}
