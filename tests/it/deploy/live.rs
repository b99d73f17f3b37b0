//! A server that runs: the paths that are asked, and the metrics there are.

use std::collections::{BTreeMap, BTreeSet};

use line_bot_server::simulator::Signature;
use line_bot_server::{Context, Event, HandlerError, handler_fn};

use super::kubernetes::{Manifests, POD};
use super::{at, text};
use crate::support::{Stage, TestApp, heard};

/// A server that has seen one webhook of each kind, so that its metrics are there.
async fn busy() -> (Stage, TestApp) {
    let stage = Stage::new().await.set("METRICS_ADDR", "127.0.0.1:0");
    let handler = handler_fn(|cx: Context, _: Event| async move {
        cx.respond("one").await?;
        Ok::<(), HandlerError>(())
    });
    let app = stage.start(handler).await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    heard(&stage.sim, alice, 1).await;
    stage.sim.post("{}", Signature::Wrong).await;
    app.idle().await;
    (stage, app)
}

/// The metrics of a busy server, each with its labels.
pub(super) async fn metrics() -> BTreeMap<String, BTreeSet<String>> {
    let (_stage, app) = busy().await;
    let url = format!("http://{}/metrics", app.metrics.unwrap());
    let page = app.http.get(&url).send().await.unwrap().text().await.unwrap();
    app.stop().await;
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in page.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (name, labels) = line.split_once('{').unwrap_or((line.split(' ').next().unwrap(), ""));
        let names =
            labels.split("\",").filter_map(|label| label.split_once('=').map(|(name, _)| name.to_owned()));
        found.entry(name.to_owned()).or_default().extend(names);
    }
    found
}

#[tokio::test]
async fn what_probes_and_proxies_ask_is_answered_200() {
    let (_stage, app) = busy().await;
    let manifests = Manifests::read();
    let container = at(manifests.one("Deployment", "line-bot-server"), POD);
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        let path = text(container, &format!("containers/0/{probe}/httpGet/path"));
        assert_eq!(app.get(path).await.unwrap(), 200, "{probe}: {path}");
    }
    assert_eq!(app.get(&super::caddy::readiness()).await.unwrap(), 200);
    let page = text(manifests.one("ServiceMonitor", "line-bot-server"), "spec/endpoints/0/path");
    let metrics = app.http.get(format!("http://{}{page}", app.metrics.unwrap())).send().await.unwrap();
    assert_eq!(metrics.status(), 200);
    assert_eq!(app.get(page).await.unwrap(), 404, "on its own port alone");
    app.stop().await;
}
