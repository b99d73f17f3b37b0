//! What must have come of everything that was said, and the figures of a run.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::time::Duration;

use line_bot_server::line::{RetryKey, WebhookEventId};
use line_bot_server::simulator::{Call, Heard, Simulator, Via};

use super::load::{Chat, Said};

/// The name of the only channel of a server.
const CHANNEL: &str = "default";
/// Faults that are told in full.
const TOLD: usize = 15;

/// What was said, by its place: which chat, which message in it.
type Place = (usize, usize);

/// A run that is over.
pub(crate) struct Case<'a> {
    pub(crate) sim: &'a Simulator,
    pub(crate) chats: &'a [Chat],
    pub(crate) left: &'a Left,
    /// So many messages were heard before everything was delivered once more, which must not have mended or spoilt
    /// anything.
    pub(crate) in_time: usize,
    /// How to repeat it: `CRASH_SEED=1`.
    pub(crate) seed: &'a str,
}

/// What is in the inbox after the last stop.
#[derive(Default)]
pub(crate) struct Left {
    pub(crate) pending: u64,
    pub(crate) remembered: u64,
    pub(crate) parked: BTreeMap<String, u64>,
    pub(crate) events: HashMap<WebhookEventId, Story>,
    /// What is wrong with the inbox itself.
    pub(crate) unsound: Vec<String>,
}

/// What is known of an event that is not settled.
pub(crate) struct Story {
    pub(crate) parked: bool,
    /// It was given up because nobody can know whether its reply arrived.
    pub(crate) unknown: bool,
    pub(crate) text: String,
}

impl Left {
    fn is_unknown(&self, id: &WebhookEventId) -> bool {
        self.events.get(id).is_some_and(|story| story.unknown)
    }

    fn story(&self, id: &WebhookEventId) -> &str {
        self.events.get(id).map_or("settled, or never stored", |story| &story.text)
    }
}

impl Case<'_> {
    /// Panics with everything that is wrong, and with what `evidence` says.
    pub(crate) fn judge(&self, evidence: impl FnOnce() -> String) {
        let mut heard = self.sim.ledger(|ledger| ledger.all_heard().to_vec());
        let late = heard.split_off(self.in_time);
        println!("{}", table(self.sim, self.chats, self.left));

        let mut court =
            Court { chats: self.chats, left: self.left, answers: HashMap::new(), faults: Vec::new() };
        court.attribute(&heard);
        court.answers(self.sim);
        court.order(&heard);
        court.inbox();
        court.faults.extend(late.iter().map(|one| {
            format!("{:?} was heard in {} when everything was delivered once more", one.text(), one.chat)
        }));
        let faults = court.faults;
        if !faults.is_empty() {
            let told: Vec<_> = faults.iter().take(TOLD).map(String::as_str).collect();
            panic!("{} faults ({}):\n- {}\n\n{}", faults.len(), self.seed, told.join("\n- "), evidence());
        }
    }
}

/// [`Via`], as part of a key.
#[derive(PartialEq, Eq, Hash)]
enum Route {
    Reply,
    Push,
}

impl Route {
    fn of(via: Via) -> Self {
        match via {
            Via::Reply => Self::Reply,
            Via::Push => Self::Push,
            other => panic!("the bot of this test never sends by {other:?}"),
        }
    }
}

struct Court<'a> {
    chats: &'a [Chat],
    left: &'a Left,
    answers: HashMap<Place, Vec<&'a Heard>>,
    faults: Vec<String>,
}

impl<'a> Court<'a> {
    fn said(&self) -> impl Iterator<Item = (Place, &'a Chat, &'a Said)> + use<'a> {
        let chats = self.chats.iter().enumerate();
        chats.flat_map(|(c, chat)| chat.said.iter().enumerate().map(move |(s, said)| ((c, s), chat, said)))
    }

    /// Finds what each message of the bot answers: a reply token belongs to one event, and so does a retry key.
    fn attribute(&mut self, heard: &'a [Heard]) {
        let mut causes = HashMap::new();
        for (place, _, said) in self.said() {
            causes.insert((Route::Reply, said.event.reply_token.clone().unwrap()), place);
            for n in 0..said.expected.len() {
                let key = RetryKey::derived(&format!("{CHANNEL}/{}/#{n}/0", said.event.id));
                causes.insert((Route::Push, key.to_string()), place);
            }
        }
        for one in heard {
            let key = one.key.clone().unwrap_or_default();
            match causes.get(&(Route::of(one.via), key)) {
                Some(place) if self.chats[place.0].id == one.chat => {
                    self.answers.entry(*place).or_default().push(one);
                }
                Some(place) => self.faults.push(format!(
                    "{:?} was heard in {} but answers something in {}",
                    one.text(),
                    one.chat,
                    self.chats[place.0].name
                )),
                None => self.faults.push(format!(
                    "{:?} was heard in {} by {:?} {:?}, which belongs to no event",
                    one.text(),
                    one.chat,
                    one.via,
                    one.key
                )),
            }
        }
    }

    /// Every event was acked, and each of its messages was heard exactly once, in order.
    fn answers(&mut self, sim: &Simulator) {
        let acked = sim.ledger(|ledger| ledger.acked().clone());
        for (place, chat, said) in self.said() {
            let id = &said.event.id;
            let name = format!("{:?}, number {} of {}, {id}", said.text, place.1, chat.name);
            if !acked.contains(id) {
                self.faults.push(format!("{name}: never acked"));
            }
            let answers = self.answers.get(&place).map_or(&[][..], Vec::as_slice);
            let texts: Vec<_> = answers.iter().map(|one| one.text()).collect();
            if self.left.is_unknown(id) {
                println!("of unknown outcome: {name}: heard {texts:?}; {}", self.left.story(id));
                if !said.expected.iter().map(String::as_str).collect::<Vec<_>>().starts_with(&texts) {
                    self.faults.push(format!("{name}: unknown outcome, yet heard {texts:?}"));
                }
                continue;
            }
            if texts != said.expected {
                let kind = match texts.len() {
                    heard if heard < said.expected.len() => "lost",
                    heard if heard > said.expected.len() => "doubled",
                    _ => "mixed up",
                };
                let keys: Vec<_> =
                    answers.iter().map(|one| (one.via, one.key.as_deref(), one.at.as_millis())).collect();
                self.faults.push(format!(
                    "{kind}: {name}: expected {:?}, heard {texts:?} {keys:?}; in the inbox: {}",
                    said.expected,
                    self.left.story(id)
                ));
            }
            let quotes = answers.first().and_then(|one| one.message["quoteToken"].as_str());
            if said.quoted
                && !answers.is_empty()
                && quotes != said.event.json["message"]["quoteToken"].as_str()
            {
                self.faults.push(format!("{name}: the answer does not quote it"));
            }
        }
    }

    /// In each chat the answers came in the order of what they answer, none between those of another.
    fn order(&mut self, heard: &[Heard]) {
        let mut places = HashMap::new();
        for (place, answers) in &self.answers {
            places.extend(answers.iter().map(|one| (one.id.clone(), place.1)));
        }
        for chat in self.chats {
            let mut last = 0;
            for one in heard.iter().filter(|one| one.chat == chat.id) {
                let Some(number) = places.get(&one.id).copied() else { continue };
                if number < last {
                    self.faults.push(format!(
                        "out of order in {}: {:?}, which answers number {number}, came after an answer to number {last}",
                        chat.name,
                        one.text()
                    ));
                }
                last = number.max(last);
            }
        }
    }

    /// Everything is settled, and the file is sound.
    fn inbox(&mut self) {
        if self.left.pending > 0 {
            self.faults.push(format!("{} events still wait after the last stop", self.left.pending));
        }
        for (id, story) in self.left.events.iter().filter(|(_, story)| story.parked && !story.unknown) {
            self.faults.push(format!("{id} was given up: {}", story.text));
        }
        let said = self.chats.iter().map(|chat| chat.said.len() as u64).sum::<u64>();
        if self.left.remembered != said {
            self.faults.push(format!("{said} events were said, {} are remembered", self.left.remembered));
        }
        self.faults.extend(self.left.unsound.iter().map(|it| format!("the inbox is not sound: {it}")));
    }
}

/// The figures of a run.
fn table(sim: &Simulator, chats: &[Chat], left: &Left) -> String {
    let calls = sim.ledger(|ledger| ledger.calls().to_vec());
    let (deliveries, heard) =
        sim.ledger(|ledger| (ledger.deliveries().to_vec(), ledger.all_heard().to_vec()));
    let status = |endpoint, status| {
        calls
            .iter()
            .filter(move |call: &&Call| call.endpoint == endpoint && call.status == Some(status))
            .count()
    };
    let acked =
        |redelivery| deliveries.iter().filter(move |one| one.redelivery == redelivery && one.outcome.acked());
    let events: usize = chats.iter().map(|chat| chat.said.len()).sum();

    let mut text = String::new();
    let mut row = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<44}{value}");
    };
    row("events in chats", format!("{events} in {}", chats.len()));
    row(
        "bodies acked at once, as a redelivery",
        format!("{}, {}", acked(false).count(), acked(true).count()),
    );
    row("bodies without a 200", deliveries.iter().filter(|one| !one.outcome.acked()).count().to_string());
    row("messages heard", heard.len().to_string());
    row("replies, pushes", format!("{}, {}", via(&heard, Via::Reply), via(&heard, Via::Push)));
    row("replies to a spent token (400)", status("reply", 400).to_string());
    row("pushes under an accepted key (409)", status("push", 409).to_string());
    row("answered 500 on demand", (status("reply", 500) + status("push", 500)).to_string());
    row("first answers that had to be pushed", dear(chats, &heard).to_string());
    row("remembered", left.remembered.to_string());
    row("pending, parked", format!("{}, {:?}", left.pending, left.parked));
    text
}

fn via(heard: &[Heard], via: Via) -> usize {
    heard.iter().filter(|one| one.via == via).count()
}

/// Answers that a reply token was there for, and that were paid for all the same.
fn dear(chats: &[Chat], heard: &[Heard]) -> usize {
    let free =
        chats.iter().flat_map(|chat| &chat.said).filter(|said| !said.text.starts_with("burst")).count();
    free.saturating_sub(via(heard, Via::Reply))
}

/// Median and longest.
pub(super) fn spread(times: impl Iterator<Item = Duration>) -> String {
    let mut times: Vec<_> = times.map(|time| time.as_millis()).collect();
    times.sort_unstable();
    match (times.get(times.len() / 2), times.last()) {
        (Some(median), Some(longest)) => format!("{median} ms, {longest} ms"),
        _ => "-".to_owned(),
    }
}
