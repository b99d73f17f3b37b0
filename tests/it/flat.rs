//! Flat memory: 100 MB of ids go out and 300 MB of content come in through a client in a process of its own, whose peak
//! is measured apart from the simulator's; and what else belongs to streams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod child;
mod early;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use line_bot_server::simulator::{Content, Media, Simulator};

use child::{Child, Work};

const MB: u64 = 1000 * 1000;
/// What the client may need above what it had before: a few pieces here and there. Buffering the whole is far more.
const BOUND: u64 = 48 * MB;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_100_mb_file_of_ids_goes_out_in_flat_memory() {
    let sim = Simulator::start(Default::default()).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ids.txt");
    let length = write_ids(&path, sim.user("Alice").as_str());
    assert!(length >= 100 * MB, "{length}");
    let above = Child::on(&sim).with("FLAT_FILE", path.to_str().unwrap()).runs(Work::Upload).await;
    let call = &sim.calls_to("audience-upload-by-file")[0];
    assert_eq!((call.status, &call.body["file"]), (Some(202), &serde_json::json!("1500000 lines")));
    println!("uploading {length} bytes: the client's peak is {above} bytes above its start");
    assert!(above < BOUND, "{above} bytes above the start");
}

/// As many lines as LINE takes, padded with blanks.
fn write_ids(path: &Path, known: &str) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let line = format!("{known:<66}\n");
    for _ in 0..1_500_000 {
        file.write_all(line.as_bytes()).unwrap();
    }
    file.flush().unwrap();
    std::fs::metadata(path).unwrap().len()
}

fn film(sim: &Simulator, length: u64) -> String {
    let film = Content::Video(Media::made(length, "video/mp4").lasting(1000));
    let event = sim.say(&sim.user("Alice"), film).unwrap();
    event.message_id.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_of_300_mb_comes_in_in_flat_memory() {
    let sim = Simulator::start(Default::default()).await.unwrap();
    let film = film(&sim, 300 * MB);
    let above = Child::on(&sim).with("FLAT_MESSAGE", &film).runs(Work::Download).await;
    println!("downloading {} bytes: the client's peak is {above} bytes above its start", 300 * MB);
    assert!(above < BOUND, "{above} bytes above the start");
}

/// Were it not so, the two above would prove nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_collects_the_whole_is_found_out() {
    let sim = Simulator::start(Default::default()).await.unwrap();
    let film = film(&sim, 100 * MB);
    let above = Child::on(&sim).with("FLAT_MESSAGE", &film).runs(Work::Collect).await;
    assert!(above >= 100 * MB, "{above} bytes above the start");
}
