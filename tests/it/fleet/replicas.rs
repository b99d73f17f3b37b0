//! Three replicas as processes, on one schema of one PostgreSQL, behind a balancer.

use std::sync::Arc;

use line_bot_server::simulator::Simulator;

use super::balancer::{Balancer, Spread};
use super::books::Books;
use crate::crash::bot::{Bot, Site};
use crate::support::{PATIENCE, postgres};

/// How many there are.
pub(super) const REPLICAS: usize = 3;

/// A replica, life after life.
pub(super) struct Replica {
    pub(super) site: Site,
    /// The present life.
    pub(super) bot: Option<Bot>,
}

impl Replica {
    pub(super) fn start(&mut self) {
        self.bot = Some(self.site.start());
    }

    pub(super) fn bot(&mut self) -> &mut Bot {
        self.bot.as_mut().expect("a replica that lives")
    }

    /// SIGTERM, and its exit code must be 0.
    pub(super) async fn stop(&mut self) {
        self.bot().ask_to_stop();
        let (code, log) = self.bot().ended().await;
        assert_eq!(code, Some(0), "the exit code after SIGTERM:\n{log}");
        self.bot = None;
    }

    /// Waits until it says that it is ready.
    pub(super) async fn ready(&self) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}/readyz", self.site.address());
        let ready = async {
            while !http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        let ready = tokio::time::timeout(PATIENCE, ready).await;
        assert!(ready.is_ok(), "it does not become ready:\n{}", self.site.log());
    }
}

/// All of them, and what they share.
pub(super) struct Fleet {
    pub(super) replicas: Vec<Replica>,
    pub(super) books: Books,
    pub(super) schema: String,
    pub(super) balancer: Balancer,
}

impl Fleet {
    /// Nobody lives yet. LINE's webhooks go to the balancer.
    pub(super) async fn new(
        database: &str,
        sim: &Arc<Simulator>,
        variables: &[(&'static str, &str)],
        spread: Spread,
        rng: &mut fastrand::Rng,
    ) -> Self {
        let schema = postgres::schema();
        let mut site = Site::on(database, sim, rng).set("INBOX_SCHEMA", &schema);
        for (name, value) in variables {
            site = site.set(name, value);
        }
        let replicas: Vec<_> =
            (0..REPLICAS).map(|_| Replica { site: site.on_another_port(rng), bot: None }).collect();
        let addresses = replicas.iter().map(|replica| replica.site.address()).collect();
        let balancer = Balancer::start(addresses, spread).await;
        sim.point_at(balancer.url());
        Self { replicas, books: Books::new(database, &schema), schema, balancer }
    }

    /// All begin at once, on a schema that is not there yet if it is their first life.
    pub(super) async fn start(&mut self) {
        self.replicas.iter_mut().for_each(Replica::start);
        self.ready().await;
    }

    pub(super) async fn ready(&self) {
        for replica in &self.replicas {
            replica.ready().await;
        }
    }

    /// All end politely.
    pub(super) async fn stop(&mut self) {
        for replica in &mut self.replicas {
            replica.stop().await;
        }
    }

    /// How often they have logged this, all lives together.
    pub(super) fn logged(&self, text: &str) -> usize {
        self.replicas.iter().map(|replica| replica.site.whole_log().matches(text).count()).sum()
    }

    /// The last words of all.
    pub(super) fn log(&self) -> String {
        let logs = self.replicas.iter().map(|replica| {
            format!("--- {}, behind {}\n{}", replica.site.url(), self.balancer.url(), replica.site.log())
        });
        logs.collect::<Vec<_>>().join("\n")
    }
}
