//! `compose.postgres.yaml`: three replicas, PostgreSQL and Caddy on one machine. And `compose.yaml`, the single one.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml_ng::Value;

use super::told::Told;
use super::{SPARE, all, at, document, duration, keys, read, root, text, texts};

pub(super) const FLEET: &str = "compose.postgres.yaml";
const SINGLE: &str = "compose.yaml";
pub(super) const BOTS: [&str; 3] = ["bot-1", "bot-2", "bot-3"];

fn env(service: &Value) -> BTreeMap<String, String> {
    let variables = at(service, "environment").as_mapping().unwrap();
    variables.iter().map(|(name, value)| (name.as_str().unwrap().into(), scalar(value))).collect()
}

fn scalar(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value:?}: quote it, variables are text")).to_owned()
}

/// Where Compose puts the secrets that a service asks for.
fn mounted(service: &Value) -> Vec<String> {
    texts(service, "secrets/*").iter().map(|name| format!("/run/secrets/{name}")).collect()
}

pub(super) fn bot(file: &Value, name: &str) -> Told {
    let service = at(file, &format!("services/{name}"));
    Told::new(env(service), &mounted(service))
}

#[test]
fn the_server_takes_what_its_container_is_told() {
    bot(&document(SINGLE), "bot");
    let fleet = document(FLEET);
    let bots = BOTS.map(|name| at(&fleet, &format!("services/{name}")));
    assert!(bots.iter().all(|one| one == &bots[0]), "replicas are the same but for their names");
    assert_eq!(bot(&fleet, "bot-1").config.server.listen.ip().to_string(), "0.0.0.0");
}

#[test]
fn a_container_is_stopped_no_sooner_than_its_server_is_done() {
    for (file, name) in [(SINGLE, "bot"), (FLEET, "bot-1")] {
        let file = document(file);
        let grace = duration(text(&file, &format!("services/{name}/stop_grace_period")));
        assert!(grace >= bot(&file, name).stop() + SPARE, "{name}: {grace:?}");
    }
}

#[test]
fn the_database_is_the_one_that_is_started_and_has_connections_for_all() {
    let fleet = document(FLEET);
    let told = bot(&fleet, "bot-1");
    let database = told.database();
    let postgres = at(&fleet, &format!("services/{}", database.host));
    assert_eq!(database.port, 5432);
    assert_eq!(told.env["INBOX_LISTEN_URL"], told.env["INBOX_URL"], "there is no pooler to pass by");

    let role = read("deploy/postgres/role.sql");
    assert!(role.contains(&format!("CREATE ROLE {} LOGIN", database.user)));
    assert!(role.contains(&format!("CREATE DATABASE {} OWNER {};", database.name, database.user)));
    let password = &told.env["INBOX_PASSWORD_FILE"];
    assert!(role.contains(&format!("`cat {password}`")) && mounted(postgres).contains(password));
    let health = texts(postgres, "healthcheck/test/*").join(" ");
    assert!(health.contains(&format!("--username={} --dbname={}", database.user, database.name)), "{health}");

    let command = texts(postgres, "command/*");
    let max = command.iter().find_map(|word| word.strip_prefix("max_connections=")).unwrap();
    // Old and new at the same time; three are kept back for superusers.
    let wanted = 2 * BOTS.len() as u64 * told.connections() + 3;
    assert!(max.parse::<u64>().unwrap() >= wanted, "{max} < {wanted}");
}

#[test]
fn every_name_that_a_service_uses_is_declared_and_every_declared_one_used() {
    for file in [SINGLE, FLEET] {
        let file = document(file);
        let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for service in at(&file, "services").as_mapping().unwrap().values() {
            used.entry("secrets").or_default().extend(texts(service, "secrets/*"));
            used.entry("networks").or_default().extend(texts(service, "networks/*"));
            let sources = texts(service, "volumes/*").into_iter().map(|one| one.split(':').next().unwrap());
            let (paths, volumes): (Vec<_>, Vec<_>) = sources.partition(|source| source.starts_with('.'));
            used.entry("volumes").or_default().extend(volumes);
            for path in paths {
                assert!(root().join(path).is_file(), "{path}");
            }
            for other in all(service, "depends_on") {
                let others = other
                    .as_mapping()
                    .map_or_else(|| texts(other, "*"), |_| keys(other).into_iter().collect());
                assert!(others.iter().all(|name| keys(at(&file, "services")).contains(name)), "{others:?}");
            }
        }
        for (kind, used) in used.into_iter().filter(|(_, used)| !used.is_empty()) {
            assert_eq!(keys(at(&file, kind)), used, "{kind}");
        }
    }
}

/// What the images of others are told, by their documentation.
#[test]
fn the_other_images_are_told_what_they_know() {
    let fleet = document(FLEET);
    let postgres = at(&fleet, "services/postgres");
    let known = ["POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS", "POSTGRES_USER", "POSTGRES_DB"];
    for (name, value) in env(postgres) {
        assert!(known.contains(&&*name), "{name}");
        assert!(!name.ends_with("_FILE") || mounted(postgres).contains(&value), "{name}: {value}");
    }
    for (file, caddyfile) in [(SINGLE, "config/Caddyfile"), (FLEET, super::caddy::FILE)] {
        let file = document(file);
        let caddy = at(&file, "services/caddy");
        for name in env(caddy).keys() {
            assert!(read(caddyfile).contains(&format!("{{${name}}}")), "{caddyfile}: {name}");
        }
        let mount = format!("./{caddyfile}:/etc/caddy/Caddyfile:ro");
        assert!(texts(caddy, "volumes/*").contains(&&*mount), "{mount}");
    }
}

/// `healthcheck` asks `/healthz`: a database that is away restarts nobody.
#[test]
fn the_health_check_is_a_verb_of_the_program() {
    let fleet = document(FLEET);
    let words = texts(&fleet, "services/bot-1/healthcheck/test/*");
    let [_, program, verb] = words[..] else { panic!("{words:?}") };
    assert!(read("Dockerfile").contains(&format!("ENTRYPOINT [\"{program}\"]")));
    let help =
        std::process::Command::new(env!("CARGO_BIN_EXE_line-bot-server")).args([verb, "--help"]).output();
    assert!(help.unwrap().status.success(), "{verb}");
    assert_eq!(verb, "healthcheck");
}
