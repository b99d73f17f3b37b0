//! What LINE tells of narrowcasts and audiences: every documented property is in our types.

use line_bot_server::line::audience::{AudienceData, AudienceGroups, CreatedAudience, SharedAudienceData};
use line_bot_server::line::narrowcast::NarrowcastProgress;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::spec::Spec;
use super::{Gaps, examples, named, same_or_more};

/// What a `T` loses of what `schema` documents when it is read and written again.
fn lost<T: DeserializeOwned + Serialize>(spec: &Spec, file: &str, schema: &str, gaps: &mut Gaps) {
    let file = spec.file(file);
    for answer in examples::all(file, &named(schema)) {
        match serde_json::from_value::<T>(answer.clone()) {
            Ok(read) => same_or_more(&serde_json::to_value(read).unwrap(), &answer, schema, gaps),
            Err(error) => gaps.add(format!("{schema}: {error} in {answer}")),
        }
    }
}

fn gaps(spec: &Spec) -> Gaps {
    let mut gaps = Gaps::default();
    lost::<NarrowcastProgress>(spec, "messaging-api", "NarrowcastProgressResponse", &mut gaps);
    for created in ["CreateAudienceGroup", "CreateClickBasedAudienceGroup", "CreateImpBasedAudienceGroup"] {
        lost::<CreatedAudience>(spec, "manage-audience", &format!("{created}Response"), &mut gaps);
    }
    lost::<AudienceData>(spec, "manage-audience", "GetAudienceDataResponse", &mut gaps);
    lost::<AudienceGroups>(spec, "manage-audience", "GetAudienceGroupsResponse", &mut gaps);
    lost::<SharedAudienceData>(spec, "manage-audience", "GetSharedAudienceDataResponse", &mut gaps);
    lost::<AudienceGroups>(spec, "manage-audience", "GetSharedAudienceGroupsResponse", &mut gaps);
    gaps
}

#[test]
fn every_property_of_narrowcasts_and_audiences_is_kept() {
    let Some(spec) = Spec::load() else { return };
    gaps(&spec).none();
}

#[test]
fn a_property_that_is_new_is_missed() {
    let Some(spec) = Spec::load() else { return };
    for (file, schema) in [
        ("messaging-api", "NarrowcastProgressResponse"),
        ("manage-audience", "AudienceGroup"),
        ("manage-audience", "AudienceGroupJob"),
        ("manage-audience", "CreateImpBasedAudienceGroupResponse"),
    ] {
        let told = gaps(&spec.with_property(file, schema, "newProperty")).told();
        assert!(told.contains("newProperty"), "{schema}: {told}");
    }
}
