//! One channel, or several.

use line_bot_server::config::{Layout, Token, channel_secrets};
use line_bot_server::line::Channel;

use super::{SECRET, TOKEN, faults, good, load, one_fault, vars};

fn two() -> std::collections::BTreeMap<String, String> {
    vars(&[
        ("LINE_CHANNELS", "shop,support"),
        ("LINE_CHANNEL_SECRET__SHOP", "of the shop"),
        ("LINE_CHANNEL_ACCESS_TOKEN__SHOP", TOKEN),
        ("LINE_CHANNEL_SECRET__SUPPORT", "of the support"),
        ("LINE_CHANNEL_ID__SUPPORT", "1234567890"),
    ])
}

#[test]
fn the_only_channel_is_called_default() {
    let config = load(&good(&[]));
    assert_eq!((config.layout, &config.channels[0].name), (Layout::One, &Channel::from("default")));
}

#[test]
fn several_secrets_are_accepted_and_the_first_is_the_main_one() {
    let config = load(&good(&[("LINE_CHANNEL_SECRET", "new, old")]));
    let secrets = &config.channels[0].secrets;
    assert_eq!(secrets.first().expose(), "new");
    let old = line_bot_server::line::ChannelSecret::new("old").unwrap();
    assert!(secrets.verify(b"body", old.sign(b"body").as_bytes()));
}

#[test]
fn several_channels_have_suffixed_variables() {
    let config = load(&two());
    assert_eq!(config.layout, Layout::ByName);
    let [shop, support] = &config.channels[..] else { panic!("{config:?}") };
    assert_eq!(shop.secrets.first().expose(), "of the shop");
    assert!(matches!(shop.token, Token::Fixed(_)));
    assert!(matches!(&support.token, Token::Stateless { channel_id } if channel_id == "1234567890"));
    assert_eq!(support.client.channel, Channel::from("support"));
}

#[test]
fn a_suffixed_variable_can_come_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    std::fs::write(&path, SECRET).unwrap();
    let mut with = two();
    with.remove("LINE_CHANNEL_SECRET__SHOP");
    with.insert("LINE_CHANNEL_SECRET__SHOP_FILE".into(), path.to_str().unwrap().into());
    assert_eq!(load(&with).channels[0].secrets.first().expose(), SECRET);
}

#[test]
fn names_are_lower_case_letters_and_digits_and_come_once() {
    for (names, problem) in [
        ("Shop", "names \"Shop\"; a name has lower-case letters and digits only"),
        ("my-shop", "names \"my-shop\"; a name has"),
        ("shop,,support", "has an empty item"),
        ("shop,shop", "names \"shop\" twice"),
    ] {
        let found = faults(&vars(&[("LINE_CHANNELS", names)]));
        assert!(
            found.len() == 1 && found[0].starts_with(&format!("LINE_CHANNELS {problem}")),
            "{names}: {found:#?}"
        );
    }
}

#[test]
fn a_variable_that_would_be_ignored_is_a_fault() {
    for (name, problem) in [
        ("LINE_CHANNEL_SECRET", "would be ignored, for LINE_CHANNELS is set"),
        ("LINE_CHANNEL_ACCESS_TOKEN_FILE", "would be ignored, for LINE_CHANNELS is set"),
        ("LINE_CHANNEL_ID__OFFICE", "would be ignored, for LINE_CHANNELS does not name this channel"),
        ("LINE_CHANNEL_ID__shop", "would be ignored, for LINE_CHANNELS does not name this channel"),
    ] {
        let mut with = two();
        with.insert(name.into(), "x".into());
        one_fault(&with, &format!("{name} {problem}"));
    }
    let alone = good(&[("LINE_CHANNEL_SECRET__SHOP", "x")]);
    one_fault(&alone, "LINE_CHANNEL_SECRET__SHOP would be ignored, for LINE_CHANNELS is not set");
}

#[test]
fn faults_of_a_channel_carry_its_suffix() {
    let mut with = two();
    with.remove("LINE_CHANNEL_SECRET__SHOP");
    with.remove("LINE_CHANNEL_ID__SUPPORT");
    let found = faults(&with);
    assert!(found[0].starts_with("LINE_CHANNEL_SECRET__SHOP is not set"), "{found:#?}");
    assert!(
        found[1]
            .starts_with("LINE_CHANNEL_ACCESS_TOKEN__SUPPORT is not set, nor is LINE_CHANNEL_ID__SUPPORT")
    );
}

#[test]
fn a_channel_id_beside_a_token_is_a_warning() {
    let config = load(&good(&[("LINE_CHANNEL_ID", "1234567890")]));
    assert!(config.warnings[0].starts_with("LINE_CHANNEL_ID is not used"), "{:?}", config.warnings);
}

#[test]
fn a_command_that_signs_needs_no_token_but_a_channel_where_there_are_several() {
    let one = vars(&[("LINE_CHANNEL_SECRET", SECRET)]);
    assert_eq!(channel_secrets(&one, None).unwrap().first().expose(), SECRET);
    assert!(channel_secrets(&one, Some("shop")).is_err());
    assert_eq!(channel_secrets(&two(), Some("shop")).unwrap().first().expose(), "of the shop");
    assert!(channel_secrets(&two(), None).err().unwrap().to_string().contains("--channel (shop, support)"));
}
