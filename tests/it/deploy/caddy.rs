//! `deploy/caddy/Caddyfile`: the proxy asks the replicas what they answer, as often as they need it.

use super::compose::{BOTS, FLEET, bot};
use super::{document, duration, read};

pub(super) const FILE: &str = "deploy/caddy/Caddyfile";

/// What follows `directive`, wherever it is.
fn after(directive: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let all: Vec<_> = read(FILE).lines().map(words).collect();
    let mut found = all.into_iter().filter(|line| line.first().is_some_and(|word| word == directive));
    let line = found.next().unwrap_or_else(|| panic!("{FILE}: no {directive}"));
    assert!(found.next().is_none(), "{FILE}: {directive} twice");
    line.into_iter().skip(1).filter(|word| word != "{").collect()
}

pub(super) fn readiness() -> String {
    after("health_uri").remove(0)
}

#[test]
fn the_proxy_leads_to_every_replica_and_nowhere_else() {
    let told = bot(&document(FLEET), "bot-1");
    assert_eq!(after("reverse_proxy"), BOTS.map(|name| format!("{name}:{}", told.port())));
    let path = &told.config.server.webhook_path;
    let channels = format!("{path}/*");
    assert_eq!(after("@bot"), ["path", path, &channels, &readiness()]);
    assert_eq!(after("path"), [&**path, &channels]);
    assert_eq!(after("method"), ["POST"]);
}

#[test]
fn the_proxy_sees_a_replica_stop_before_its_port_closes() {
    let told = bot(&document(FLEET), "bot-1");
    let seen = duration(&after("health_interval")[0]) + duration(&after("health_timeout")[0]);
    assert!(seen < told.config.server.shutdown_delay, "{seen:?}");
}

#[test]
fn the_proxy_waits_for_the_servers_own_refusal() {
    let told = bot(&document(FLEET), "bot-1");
    assert!(duration(&after("response_header_timeout")[0]) > told.config.server.accept_deadline);
}
