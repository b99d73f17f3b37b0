//! `/readyz` asked by many, with the database here and away: it takes no connections from the webhooks.

use futures_util::future::join_all;
use line_bot_server::bot::QuoteBot;

use super::scene::{Scene, readiness, ready};
use crate::support::postgres::{Options, Proxy, Server};
use crate::support::{TestApp, heard};

const POOL: usize = 3;

/// Connections that the database was ever asked for, by its log.
fn connections(server: &Server) -> usize {
    let log = std::fs::read_to_string(server.dir().join("log")).unwrap();
    log.lines().filter(|line| line.contains("connection received")).count()
}

async fn probe(app: &TestApp, count: usize) -> Vec<u16> {
    join_all((0..count).map(|_| readiness(app))).await
}

#[tokio::test]
async fn many_probes_at_once_take_one_connection() {
    let options = Options { settings: vec![("log_connections", "on".into())], ..Options::default() };
    let Some(server) = Server::start(options).await else { return };
    let (scene, proxy) =
        (Scene::new().await.set("INBOX_POOL_SIZE", "3").set("LEASE", "180s"), Proxy::to(&server).await);
    let app = scene.start(&proxy.url(), QuoteBot).await;
    let before = connections(&server);
    for _ in 0..5 {
        assert!(probe(&app, 100).await.iter().all(|status| *status == 200));
    }
    assert!(connections(&server) <= before + POOL, "{before} before, then {}", connections(&server));

    for half_open in [false, true] {
        if half_open {
            proxy.freeze().await;
        } else {
            proxy.cut().await;
        }
        for _ in 0..5 {
            assert!(probe(&app, 50).await.iter().all(|status| *status == 503), "{half_open}");
        }
        let before = connections(&server);
        proxy.heal().await;
        ready(&app).await;
        let alice = scene.stage.sim.user("Alice");
        scene.stage.sim.say(&alice, "hi").unwrap();
        heard(&scene.stage.sim, alice, usize::from(half_open) + 1).await;
        // What was begun meanwhile arrives with the healing: connections, and requests to stop statements.
        let begun = connections(&server) - before;
        assert!(begun < 6 * POOL, "{begun} connections for 250 probes");
    }
    app.stop_now().await;
}
