//! What only the file has to keep: crashes, owners, faults, operators, and payloads that are really gone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::inbox::*;
use rusqlite::Connection;

use super::rig::*;

async fn open(url: &str) -> Result<Arc<dyn Inbox>, InboxError> {
    line_bot_server::inbox::open(&Settings::new(url, 100)).await
}

async fn refusal(url: &str) -> String {
    match open(url).await {
        Ok(_) => panic!("{url} opened"),
        Err(error) => error.to_string(),
    }
}

// ---- crash (P2, P6, P7): everything is dropped as it is, and the file opened again

#[tokio::test]
async fn after_a_crash_everything_is_handed_out_at_once_in_order() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1"), event("a", "2"), event("b", "3")]).await;
    let held = rig.claim(2).await;
    assert_eq!(held.len(), 2);
    let rig = rig.crash().await;
    let again = rig.claim(9).await;
    let told: Vec<_> = again.iter().map(|c| (c.event.id.as_str(), c.attempt, c.failures)).collect();
    assert_eq!(told, [("1", 2, 0), ("3", 2, 0)]);
    assert_eq!(again[0].event.json, event("a", "1").json);
    for claimed in &again {
        rig.done(claimed).await;
    }
    assert_eq!(rig.drain().await, ["2"]);
    assert_eq!(rig.accept(vec![event("a", "1"), event("a", "2")]).await, [Acceptance::Duplicate; 2]);
}

#[tokio::test]
async fn every_attempt_survives_every_crash() {
    let mut rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1")]).await;
    for attempt in 1..=3 {
        assert_eq!(rig.claim_one().await.attempt, attempt);
        rig = rig.crash().await;
    }
    let claimed = rig.claim_one().await;
    rig.retry_in(&claimed, Duration::ZERO).await;
    rig = rig.crash().await;
    let claimed = rig.claim_one().await;
    assert_eq!((claimed.attempt, claimed.failures), (5, 1));
    rig.settle(&claimed, Outcome::Release).await;
    rig = rig.crash().await;
    // Ran out, was claimed again, and died.
    assert_eq!(rig.claim_one().await.attempt, 5);
    rig.clock.advance(LEASE);
    assert_eq!(rig.claim_one().await.attempt, 6);
    rig = rig.crash().await;
    let claimed = rig.claim_one().await;
    assert_eq!((claimed.attempt, claimed.failures), (7, 1));
    rig.done(&claimed).await;
    assert_eq!(rows(&rig, "event") + rows(&rig, "attempt") + rows(&rig, "journal"), 0);
}

#[tokio::test]
async fn a_retry_that_is_not_due_waits_across_a_crash() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1"), event("a", "2")]).await;
    let claimed = rig.claim_one().await;
    rig.retry_in(&claimed, Duration::from_secs(10)).await;
    let rig = rig.crash().await;
    let claims = rig.inbox.claim(9, LEASE, rig.now()).await.unwrap();
    assert!(claims.chats.is_empty());
    assert_eq!(claims.next_due, Some(rig.now().wall.after(Duration::from_secs(10))));
    rig.clock.advance(Duration::from_secs(10));
    assert_eq!(rig.drain().await, ["1", "2"]);
}

#[tokio::test]
async fn notes_and_results_survive_a_crash() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1")]).await;
    let claimed = rig.claim_one().await;
    rig.inbox.note(&claimed.lease, vec![push_note("#0", 1), push_note("#1", 2)], rig.now()).await.unwrap();
    let refused = SendResult::Refused { status: 400, message: "no".into() };
    rig.inbox.result(&claimed.lease, entry("#0"), refused.clone()).await.unwrap();
    let rig = rig.crash().await;
    let claimed = rig.claim_one().await;
    let known: Vec<_> = claimed.journal.iter().map(|known| (known.hash[0], known.result.clone())).collect();
    assert_eq!(known, [(1, Some(refused)), (2, None)]);
    rig.settle(&claimed, parked()).await;
    let rig = rig.crash().await;
    assert_eq!(rig.show("1").await.unwrap().journal.len(), 2);
    rig.inbox.retry(Filter::default(), false, rig.now()).await.unwrap();
    let rig = rig.crash().await;
    let claimed = rig.claim_one().await;
    assert_eq!((claimed.attempt, claimed.journal.len()), (1, 2));
    rig.done(&claimed).await;
    assert_eq!(rows(&rig, "journal"), 0);
}

#[tokio::test]
async fn a_redelivery_and_an_unsend_survive_a_crash() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![message("a", "1", "m1"), unsend("a", "2", "m9"), message("a", "3", "m3")]).await;
    rig.clock.advance(Duration::from_secs(60));
    rig.accept(vec![message("a", "1", "m1")]).await;
    let claimed = rig.claim_one().await;
    rig.accept(vec![unsend("a", "4", "m3")]).await;
    let rig = rig.crash().await;
    assert_eq!(rig.accept(vec![message("a", "5", "m9")]).await, [Acceptance::Unsent]);
    let again = rig.claim_one().await;
    assert_eq!((again.event.id.clone(), again.event.arrived), (claimed.event.id, rig.now().wall));
    rig.done(&again).await;
    assert_eq!(rig.drain().await, ["2", "4"]);
}

#[tokio::test]
async fn an_unsent_message_in_hand_is_gone_after_a_crash() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![message("a", "1", "m1")]).await;
    let _held = rig.claim_one().await;
    rig.accept(vec![unsend("a", "2", "m1")]).await;
    let rig = rig.crash().await;
    assert_eq!(rig.drain().await, ["2"]);
}

#[tokio::test]
async fn what_does_not_fit_into_memory_is_read_from_the_file() {
    let rig = Rig::sqlite().await;
    let big = |n: usize| line_bot_server::line::RawEvent {
        json: vec![b'a' + n as u8; 1024 * 1024].into(),
        ..event(&format!("chat{n}"), &n.to_string())
    };
    for n in 0..20 {
        rig.accept(vec![big(n)]).await;
    }
    let first = rig.claim(10).await;
    let rig = rig.crash().await;
    for claimed in rig.claim(20).await {
        let n: usize = claimed.event.id.as_str().parse().unwrap();
        assert!(claimed.event.json == big(n).json, "{n}");
        rig.done(&claimed).await;
    }
    assert_eq!(first.len(), 10);
    assert_eq!(rows(&rig, "event"), 0);
}

// ---- owners

#[tokio::test]
async fn a_second_server_is_refused_until_the_first_has_gone() {
    let rig = Rig::sqlite().await;
    let said = refusal(&rig.url).await;
    assert!(said.contains("another server is using it"), "{said}");
    rig.inbox.close().await.unwrap();
    assert!(rig.inbox.ready().await.is_err());
    open(&rig.url).await.unwrap();
}

#[tokio::test]
async fn files_and_their_directory_are_private() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1")]).await;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(rig.path().parent().unwrap()), 0o700);
    for file in fs::read_dir(rig.path().parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

// ---- faults at the start

#[tokio::test]
async fn urls_that_name_no_inbox_are_refused_with_advice() {
    for (url, says) in [
        ("mysql://x", "sqlite://data/inbox.db"),
        ("data/inbox.db", "sqlite://data/inbox.db"),
        ("memory://x", "memory://"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
    ] {
        let said = refusal(url).await;
        assert!(said.contains(says), "{url}: {said}");
    }
    assert!(operator(&Settings::new("memory://", 1)).is_err());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("inbox.db");
    fs::write(&path, "this is a shopping list, and a long one at that: ".repeat(100)).unwrap();
    let said = refusal(&format!("sqlite://{}", path.display())).await;
    assert!(said.contains("not a database"), "{said}");
}

#[tokio::test]
async fn somebody_elses_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("inbox.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE shopping (item)").unwrap();
    let said = refusal(&format!("sqlite://{}", path.display())).await;
    assert!(said.contains("something else"), "{said}");
    let tables =
        Connection::open(&path).unwrap().query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0));
    assert_eq!(tables, Ok(1_i64));
}

#[tokio::test]
async fn a_newer_file_is_refused() {
    let rig = Rig::sqlite().await;
    rig.inbox.close().await.unwrap();
    Connection::open(rig.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let said = refusal(&rig.url).await;
    assert!(said.contains("newer line-bot-server") && said.contains("99"), "{said}");
    let said = operator(&Settings::new(&*rig.url, 1)).err().unwrap().to_string();
    assert!(said.contains("newer line-bot-server"), "{said}");
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let rig = Rig::sqlite().await;
    rig.accept((0..500).map(|n| event("a", &n.to_string())).collect()).await;
    rig.inbox.close().await.unwrap();
    let mut bytes = fs::read(rig.path()).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(rig.path(), bytes).unwrap();
    let said = refusal(&rig.url).await;
    assert!(said.contains("damaged"), "{said}");
}

#[tokio::test]
async fn places_that_cannot_be_written_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let below_a_file = refusal(&format!("sqlite://{}/inbox.db", file.display())).await;
    assert!(
        below_a_file.contains("directory") && below_a_file.contains("name a directory"),
        "{below_a_file}"
    );
    let directory = refusal(&format!("sqlite://{}", dir.path().display())).await;
    assert!(directory.contains("is a directory; name a file"), "{directory}");
    let system = refusal("sqlite:///proc/inbox.db").await;
    assert!(system.contains("cannot be opened for writing"), "{system}");
}

#[tokio::test]
async fn a_read_only_file_or_directory_is_refused() {
    let rig = Rig::sqlite().await;
    rig.inbox.close().await.unwrap();
    let directory = rig.path().parent().unwrap().to_owned();
    let allow =
        |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(&rig.path(), 0o400);
    // Permissions do not bind root, as whom containers and build machines often run.
    if fs::OpenOptions::new().write(true).open(rig.path()).is_err() {
        let said = refusal(&rig.url).await;
        assert!(said.contains("right to write"), "{said}");
        allow(&rig.path(), 0o600);
        allow(&directory, 0o500);
        let said = refusal(&rig.url).await;
        assert!(said.contains("cannot be opened"), "{said}");
        allow(&directory, 0o700);
    }
    allow(&rig.path(), 0o600);
    open(&rig.url).await.unwrap();
}

// ---- faults while running

#[tokio::test]
async fn a_locked_file_makes_it_unavailable_and_it_recovers() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1"), event("b", "2")]).await;
    let held = rig.claim_one().await;
    assert!(rig.inbox.ready().await.is_ok());
    let lock = Connection::open(rig.path()).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();

    let said = rig.inbox.accept(delivery(vec![event("a", "3")]), rig.now()).await.unwrap_err();
    assert!(matches!(&said, InboxError::Unavailable(why) if why.contains("locked")), "{said}");
    assert!(rig.inbox.claim(9, LEASE, rig.now()).await.is_err());
    assert!(rig.inbox.settle(&held.lease, Outcome::Done, rig.now()).await.is_err());
    assert!(rig.inbox.ready().await.is_err());

    lock.execute_batch("ROLLBACK").unwrap();
    assert!(rig.inbox.ready().await.is_ok());
    // Nothing of it had happened.
    assert_eq!(rig.claim_ids(9).await, ["2"]);
    assert_eq!(rig.accept(vec![event("a", "3")]).await, [Acceptance::New]);
    rig.done(&held).await;
    assert_eq!(rig.drain().await, ["3"]);
}

#[tokio::test]
async fn a_claim_whose_caller_has_gone_is_given_back_with_its_attempt() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1")]).await;
    let lock = Connection::open(rig.path()).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (inbox, now) = (Arc::clone(&rig.inbox), rig.now());
    let caller = tokio::spawn(async move { inbox.claim(1, LEASE, now).await });
    // Whether the writer has taken it up by then or not, nothing of it may stay.
    tokio::time::sleep(Duration::from_millis(100)).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    lock.execute_batch("ROLLBACK").unwrap();
    // The writer releases it right after it has found nobody to give it to.
    let mut claimed = rig.claim(1).await;
    for _ in 0..200 {
        if !claimed.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        claimed = rig.claim(1).await;
    }
    let claimed = claimed.pop().expect("held by nobody");
    assert_eq!((claimed.event.id.as_str(), claimed.attempt), ("1", 1));
}

#[tokio::test]
async fn a_full_disk_makes_it_unavailable_and_it_recovers() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1")]).await;
    // A trigger stands for the disk: SQLite rolls the statement back in the same way.
    let outside = Connection::open(rig.path()).unwrap();
    outside
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ROLLBACK, 'full'); END")
        .unwrap();
    let body = || delivery(vec![event("b", "2"), event("b", "3")]);
    assert!(matches!(rig.inbox.accept(body(), rig.now()).await, Err(InboxError::Unavailable(_))));
    outside.execute_batch("DROP TRIGGER full").unwrap();
    let accepted = rig.inbox.accept(body(), rig.now()).await.unwrap();
    assert_eq!(accepted.events, [Acceptance::New; 2]);
    assert_eq!(rig.drain().await, ["1", "2", "3"]);
}

// ---- operators

#[tokio::test]
async fn an_operator_beside_a_running_server_is_heard() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1"), event("b", "2"), event("c", "3"), event("d", "4")]).await;
    let claimed = rig.claim(2).await;
    rig.settle(&claimed[0], parked()).await;
    let operator = operator(&Settings::new(&*rig.url, 1)).unwrap();
    assert_eq!(operator.counts(rig.now()).unwrap(), rig.counts().await);
    let only = |id: &str| Filter { id: Some(id.into()), ..Filter::default() };
    let states: Vec<State> =
        operator.list(&Filter::default()).unwrap().iter().map(|listed| listed.state).collect();
    assert_eq!(states, [State::Parked, State::InHand, State::Waiting, State::Waiting]);
    let shown = operator.show(&"default".into(), &"1".into()).unwrap().unwrap();
    assert_eq!(shown.json, event("a", "1").json);

    assert_eq!(operator.discard(&only("2"), rig.now()).unwrap(), 0);
    assert_eq!(operator.discard(&only("3"), rig.now()).unwrap(), 1);
    assert_eq!(operator.retry(&only("1"), false, rig.now()).unwrap(), 1);
    let heard = async {
        while rig.counts().await.parked.contains_key("permanent") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), heard).await.expect("the server to hear its operator");
    assert_eq!(rig.drain().await, ["4", "1"]);
}

#[tokio::test]
async fn what_an_operator_asks_of_no_server_is_done_by_the_next() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1"), event("b", "2"), event("c", "3")]).await;
    let claimed = rig.claim_one().await;
    rig.settle(&claimed, parked()).await;
    rig.inbox.close().await.unwrap();
    let operator = operator(&Settings::new(&*rig.url, 1)).unwrap();
    let only = |id: &str| Filter { id: Some(id.into()), ..Filter::default() };
    assert_eq!(operator.discard(&only("2"), rig.now()).unwrap(), 1);
    assert_eq!(operator.retry(&only("1"), true, rig.now()).unwrap(), 1);
    drop(operator);
    let rig = rig.crash().await;
    assert_eq!(rig.drain().await, ["3", "1"]);
}

#[tokio::test]
async fn an_operator_does_not_make_files() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/inbox.db", dir.path().display());
    assert!(operator(&Settings::new(&*url, 1)).err().unwrap().to_string().contains("there is no file"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_backup_beside_a_running_server_opens() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1"), event("a", "2")]).await;
    let _held = rig.claim_one().await;
    let to = rig.dir.as_ref().unwrap().path().join("backup.db");
    let operator = operator(&Settings::new(&*rig.url, 1)).unwrap();
    operator.backup(&to).unwrap();
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(operator.backup(&to).unwrap_err().to_string().contains("name a new file"));
    let copy = open(&format!("sqlite://{}", to.display())).await.unwrap();
    let claimed = copy.claim(9, LEASE, rig.now()).await.unwrap().chats;
    assert_eq!((claimed[0].event.id.as_str(), claimed[0].attempt), ("1", 2));
}

// ---- gone is gone (P10)

fn rows(rig: &Rig, table: &str) -> i64 {
    let conn = Connection::open(rig.path()).unwrap();
    conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

/// How often the text stands in the bytes of the inbox's files.
fn traces(rig: &Rig, text: &str) -> usize {
    let files = fs::read_dir(rig.path().parent().unwrap()).unwrap();
    let count = |path: std::path::PathBuf| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
    };
    files.map(|file| count(file.unwrap().path())).sum()
}

async fn untraced(rig: &Rig, text: &str) {
    let gone = async {
        while traces(rig, text) > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let gone = tokio::time::timeout(Duration::from_secs(20), gone).await;
    assert!(gone.is_ok(), "{} traces of {text}", traces(rig, text));
}

fn with_text(
    raw: line_bot_server::line::RawEvent,
    text: &str,
    length: usize,
) -> line_bot_server::line::RawEvent {
    let mut json = text.repeat(length.div_ceil(text.len()));
    json.truncate(length.max(text.len()));
    line_bot_server::line::RawEvent { json: json.into(), ..raw }
}

#[tokio::test]
async fn an_unsent_message_is_nowhere_in_the_files() {
    const SECRET: &str = "correct-horse-battery-staple";
    let rig = Rig::sqlite().await;
    // Waiting, in hand, parked, edited; on a page and beyond it; between neighbours that stay and that go.
    for (n, length) in [30, 700, 3000, 9000].into_iter().enumerate() {
        let id = |state: &str| format!("{state}{n}");
        for state in ["parked", "held", "waiting", "edited"] {
            let raw = message(state, &id(state), &id(state));
            rig.accept(vec![event(state, &format!("x{n}{state}")), with_text(raw, SECRET, length)]).await;
        }
    }
    assert!(traces(&rig, SECRET) > 16);
    let mut held = Vec::new();
    for _ in 0..30 {
        for claimed in rig.claim(9).await {
            match claimed.event.id.as_str() {
                id if id.starts_with("parked") => drop(rig.settle(&claimed, parked()).await),
                id if id.starts_with("held") => held.push(claimed),
                id if id.starts_with("waiting") || id.starts_with("edited") => {}
                _ => rig.done(&claimed).await,
            }
        }
    }
    assert_eq!(held.len(), 1);
    for n in 0..4 {
        for state in ["parked", "held", "waiting", "edited"] {
            let id = format!("{state}{n}");
            rig.accept(vec![unsend(state, &format!("unsend-{id}"), &id)]).await;
        }
    }
    untraced(&rig, SECRET).await;
}

#[tokio::test]
async fn pages_that_were_merged_and_split_keep_no_trace() {
    const SECRET: &str = "correct-horse-battery-staple";
    let rig = Rig::sqlite().await;
    // Neighbours of many sizes come and go around the secrets, so that SQLite moves them from page to page.
    let mut random: u32 = 7;
    let mut next = |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % below
    };
    for n in 0..1500 {
        let raw = message("", &format!("e{n}"), &format!("m{n}"));
        let text = if n % 5 == 0 { SECRET } else { "neighbour" };
        rig.accept(vec![with_text(raw, text, 30 + next(1500) as usize)]).await;
    }
    let mut claimed = rig.claim(2000).await;
    while claimed.len() > 150 {
        let claimed = claimed.swap_remove(next(claimed.len() as u32) as usize);
        let is_secret = claimed.event.json.starts_with(SECRET.as_bytes());
        match (is_secret, next(4)) {
            (false, _) => rig.done(&claimed).await,
            (true, 0) => drop(rig.settle(&claimed, parked()).await),
            (true, _) => rig.retry_in(&claimed, HOUR).await,
        }
    }
    for n in (0..1500).step_by(5) {
        rig.accept(vec![unsend("", &format!("u{n}"), &format!("m{n}"))]).await;
    }
    untraced(&rig, SECRET).await;
}

/// Until nothing is left to wipe, the start's own doubts included.
async fn log_is_empty(rig: &Rig) {
    let log = std::path::PathBuf::from(format!("{}-wal", rig.path().display()));
    let empty = async {
        while fs::metadata(&log).unwrap().len() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), empty).await.expect("the log to be truncated");
}

#[tokio::test]
async fn parked_events_are_rewritten_only_after_one_of_them_went() {
    const SECRET: &str = "correct-horse-battery-staple";
    let rig = Rig::sqlite().await;
    rig.accept(vec![message("a", "1", "m1")]).await;
    log_is_empty(&rig).await;
    let claimed = rig.claim_one().await;
    rig.settle(&claimed, parked()).await;
    rig.accept(vec![with_text(message("b", "2", "m2"), SECRET, 700)]).await;
    // Whoever rewrites them fails from now on.
    let outside = Connection::open(rig.path()).unwrap();
    outside
        .execute_batch("CREATE TRIGGER still BEFORE INSERT ON parked BEGIN SELECT RAISE(ABORT, 'still'); END")
        .unwrap();
    rig.accept(vec![unsend("b", "3", "m2")]).await;
    untraced(&rig, SECRET).await;
    outside.execute_batch("DROP TRIGGER still").unwrap();
}

#[tokio::test]
async fn an_unsend_after_a_parked_event_went_rewrites_the_others() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![message("a", "1", "m1"), message("b", "2", "m2")]).await;
    log_is_empty(&rig).await;
    for claimed in rig.claim(2).await {
        rig.settle(&claimed, parked()).await;
    }
    let outside = Connection::open(rig.path()).unwrap();
    outside
        .execute_batch(
            "CREATE TABLE tally (seq);
             CREATE TRIGGER told AFTER INSERT ON parked BEGIN INSERT INTO tally VALUES (new.seq); END",
        )
        .unwrap();
    let only = Filter { id: Some("1".into()), ..Filter::default() };
    assert_eq!(rig.inbox.retry(only, false, rig.now()).await.unwrap(), 1);
    assert_eq!(rig.drain().await, ["1"]);
    rig.accept(vec![unsend("a", "3", "m1")]).await;
    log_is_empty(&rig).await;
    assert_eq!(rows(&rig, "tally"), 1);
}

#[tokio::test]
async fn a_reader_in_the_way_only_delays_the_wipe() {
    const SECRET: &str = "correct-horse-battery-staple";
    let rig = Rig::sqlite().await;
    rig.accept(vec![with_text(message("a", "1", "m1"), SECRET, 700)]).await;
    let reader = Connection::open(rig.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM event").unwrap();
    rig.accept(vec![unsend("a", "2", "m1")]).await;
    assert!(traces(&rig, SECRET) > 0);
    // Nobody waits for it meanwhile.
    rig.accept(vec![event("a", "3")]).await;
    reader.execute_batch("COMMIT").unwrap();
    untraced(&rig, SECRET).await;
}

#[tokio::test]
async fn debug_shows_no_payload() {
    let rig = Rig::sqlite().await;
    rig.accept(vec![with_text(event("a", "1"), "hush-hush", 9)]).await;
    assert!(!format!("{:?}", rig.show("1").await).contains("hush"));
    assert!(!format!("{:?}", rig.claim(1).await).contains("hush"));
}
