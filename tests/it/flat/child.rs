//! The client in a process of its own: this very binary, told by its environment what to do.

use std::process::{Command, Stdio};

use futures_util::TryStreamExt;
use line_bot_server::client::Client;
use line_bot_server::client::api::audience::UserIdFile;
use line_bot_server::client::api::content::{Content, Media};
use line_bot_server::clock::Clock;
use line_bot_server::line::MessageId;
use line_bot_server::simulator::Simulator;

use crate::audiences::kit;

/// What the child does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Upload,
    Download,
    /// Downloads, and keeps it all.
    Collect,
}

pub(super) struct Child(Command);

impl Child {
    pub(super) fn on(sim: &Simulator) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["flat::child::the_client_at_work", "--exact", "--ignored", "--nocapture"])
            .env_clear()
            .env("FLAT_URL", sim.base_url())
            .env("FLAT_TOKEN", sim.access_token())
            .stderr(Stdio::inherit());
        Self(command)
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs to its end; how many bytes its peak was above its start.
    pub(super) async fn runs(mut self, work: Work) -> u64 {
        self.0.env("FLAT_WORK", format!("{work:?}"));
        let output = tokio::task::spawn_blocking(move || self.0.output().unwrap()).await.unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{told}");
        let above = told.lines().find_map(|line| line.split_once("above: "));
        above.unwrap_or_else(|| panic!("{told}")).1.parse().unwrap()
    }
}

#[tokio::test]
#[ignore = "the other half of the tests of flat memory, which start it"]
async fn the_client_at_work() {
    let client = kit::client(&told("FLAT_URL"), &told("FLAT_TOKEN"), &Clock::system());
    // Connections, tables and threads belong to the start.
    client.bot_info().await.unwrap();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let start = memory("VmRSS:");
    match &*told("FLAT_WORK") {
        "Upload" => {
            let file = UserIdFile::path(told("FLAT_FILE"));
            client.create_audience_by_file("Everybody", file).await.unwrap();
        }
        "Download" => {
            let media = media(&client).await;
            let expected = media.length.unwrap();
            let read = media.body.try_fold(0, async |read, piece| Ok(read + piece.len() as u64));
            assert_eq!(read.await.unwrap(), expected);
        }
        "Collect" => {
            let media = media(&client).await;
            let length = usize::try_from(media.length.unwrap()).unwrap();
            assert_eq!(media.body.bytes(length).await.unwrap().len(), length);
        }
        other => panic!("{other}"),
    }
    println!("\nabove: {}", memory("VmHWM:").saturating_sub(start));
}

async fn media(client: &Client) -> Media {
    match client.content(&MessageId::from(told("FLAT_MESSAGE"))).await.unwrap().value {
        Content::Ready(media) => media,
        other => panic!("{other:?}"),
    }
}

/// A line of the process's own status, in bytes.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let kb = status.lines().find_map(|it| it.strip_prefix(line)).unwrap();
    kb.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[expect(clippy::disallowed_methods, reason = "what the parent test tells its child")]
fn told(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is told by the test that starts this one"))
}
