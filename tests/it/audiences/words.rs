//! What LINE writes is read, known or new.

use line_bot_server::line::EpochSeconds;
use line_bot_server::line::audience::{
    AddToAudience, AudienceData, AudienceGroup, AudienceProblem, AudienceType, NewAudience,
    SharedAudienceData,
};
use serde_json::json;

use crate::client::scripted::{Server, answer};

#[test]
fn an_audience_of_another_service_is_read_in_either_spelling_and_new_words_are_kept() {
    let audience = |field: &str| {
        json!({"audienceGroupId": 2_345_678_909_876_u64, "createRoute": "AD_MANAGER", "type": "APP_EVENT",
            "description": "audienceGroupName_03", "status": "READY", "audienceCount": 8619, "created": 1_608_619_802,
            "permission": "READ", "activated": 1_610_068_515, field: 1_625_620_516, "isIfaAudience": false,
            "failedType": null, "newField": [1]})
    };
    for field in ["inactiveTimestamp", "inactivatedTimestamp"] {
        let data =
            json!({"audienceGroup": audience(field), "jobs": [], "adaccount": {"name": "Ad Account Name"}});
        let data: AudienceData = serde_json::from_value(data).unwrap();
        assert_eq!(data.audience_group.inactive_from(), Some(EpochSeconds::new(1_625_620_516)));
        assert_eq!(data.audience_group.kind, AudienceType::AppEvent);
        assert_eq!(data.ad_account.unwrap().name, "Ad Account Name");
    }
    let mut both = audience("inactiveTimestamp");
    both["inactivatedTimestamp"] = json!(7);
    both["type"] = json!("TELEPATHY");
    let both: AudienceGroup = serde_json::from_value(both).unwrap();
    assert_eq!(both.kind, AudienceType::Unknown("TELEPATHY".into()));
    let shared = json!({"audienceGroup": audience("x"), "owner": {"serviceType": "lap", "id": "A012345678"}});
    let shared: SharedAudienceData = serde_json::from_value(shared).unwrap();
    assert_eq!(shared.owner.unwrap().service_type, "lap");
}

#[test]
fn what_is_asked_has_the_form_that_line_documents() {
    let ids = json!([{"id": "U1"}, {"id": "U2"}]);
    let new = NewAudience::of_users("Regulars", ["U1", "U2"]);
    let written = json!({"description": "Regulars", "isIfaAudience": false, "audiences": ids});
    assert_eq!(serde_json::to_value(&new).unwrap(), written);
    let more = AddToAudience::users(7, ["U1", "U2"]).upload_description("second");
    let written = json!({"audienceGroupId": 7, "uploadDescription": "second", "audiences": ids});
    assert_eq!(serde_json::to_value(&more).unwrap(), written);
    assert!(!format!("{new:?}{more:?}").contains("U1"), "{new:?}");
}

#[tokio::test]
async fn a_problem_is_told_by_its_code_alone() {
    let refusals = [
        (r#"[{"message":"WRONG_BOT_ID"}]"#, Some(AudienceProblem::WrongBot)),
        (
            r#"[{"message":"May not be empty"},{"message":"ALREADY_ACTIVE"}]"#,
            Some(AudienceProblem::AlreadyActive),
        ),
        (r#"[{"message":"AUDIENCE_NEW_2027"}]"#, Some(AudienceProblem::Unknown("AUDIENCE_NEW_2027".into()))),
        (r#"[{"message":"May not be empty","property":"x"}]"#, None),
        ("[]", None),
    ];
    for (details, expected) in refusals {
        let body = format!(r#"{{"message":"no","details":{details}}}"#);
        let server = Server::script([answer(400, &body)]).await;
        let error = server.client().audience(7).await.unwrap_err();
        assert_eq!(error.audience_problem(), expected, "{details}");
    }
}
