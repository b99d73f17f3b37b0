//! Channel access tokens.

use line_bot_server::client::{Assertion, TokenLife};
use line_bot_server::line::token::TokenIssued;
use line_bot_server::line::{AccessToken, ChannelSecret};
use line_bot_server::simulator::AssertionKey;

use super::{Failed, Make, Stage, calls};
use crate::support::keys;

pub(super) fn calls() -> Vec<(&'static str, Make)> {
    calls! {
        issue_token_v2_1 => |s| async { keep(s, &s.client.issue_token_v2_1(&proof(s)).await?.value) };
        verify_token_v2_1 => |s| s.client.verify_token_v2_1(&token(s));
        token_key_ids => |s| s.client.token_key_ids(&proof(s));
        revoke_token_v2_1 => |s| s.client.revoke_token_v2_1(&channel(s), &secret(s), &token(s));
        issue_stateless_token => |s| s.client.issue_stateless_token(&channel(s), &secret(s));
        issue_stateless_token_with => |s| s.client.issue_stateless_token_with(&proof(s));
        issue_short_lived_token => |s| async {
            keep(s, &s.client.issue_short_lived_token(&channel(s), &secret(s)).await?.value)
        };
        verify_token => |s| s.client.verify_token(&token(s));
        revoke_token => |s| s.client.revoke_token(&token(s));
    }
}

/// What the simulator knows the assertions by.
pub(super) fn registered() -> AssertionKey {
    keys::registered()
}

fn keep(stage: &Stage, issued: &TokenIssued) -> Result<(), Failed> {
    stage.keep("token", &issued.access_token.expose());
    Ok(())
}

fn token(stage: &Stage) -> AccessToken {
    stage.kept("token").into()
}

fn channel(stage: &Stage) -> String {
    stage.simulator.as_ref().map_or("1234567890", |it| it.channel_id()).to_owned()
}

fn secret(stage: &Stage) -> ChannelSecret {
    let secret = stage.simulator.as_ref().map_or("secret", |it| it.secret());
    ChannelSecret::new(secret).unwrap()
}

fn proof(stage: &Stage) -> Assertion {
    keys::private().assertion(&channel(stage), stage.clock.now().wall, Some(TokenLife::MAX)).unwrap()
}
