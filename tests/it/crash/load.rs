//! Many people who talk to the bot at once, and what each thing they say must come to.

use std::sync::Arc;
use std::time::Duration;

use line_bot_server::line::{ChatId, UserId};
use line_bot_server::simulator::{Act, Fault, Harm, Parcel, Simulator, WebhookEvent};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const PEOPLE: usize = 14;
const MEMBERS: usize = 4;
/// Who waits for an answer in vain goes on talking after this time.
const IMPATIENCE: Duration = Duration::from_secs(2);

/// A chat with all that was said in it, in order.
pub(crate) struct Chat {
    pub(crate) name: String,
    pub(crate) id: ChatId,
    pub(crate) said: Vec<Said>,
    people: Vec<UserId>,
}

/// A message of a person.
pub(crate) struct Said {
    pub(crate) event: WebhookEvent,
    pub(crate) text: String,
    /// The bot's messages, in order; each is a send of its own.
    pub(crate) expected: Vec<String>,
    /// Its answer quotes it.
    pub(crate) quoted: bool,
}

impl Chat {
    /// The 1:1 chat of somebody who says one thing, which comes to one answer.
    pub(crate) fn of_one(sim: &Simulator, name: &str, command: &str) -> Self {
        let by = sim.user(name);
        let text = format!("{command} {name}");
        let event = sim.compose(Act::say(&by, &*text)).unwrap();
        let said = Said { event, text, expected: vec![name.to_owned()], quoted: false };
        Self { name: name.to_owned(), id: by.clone().into(), said: vec![said], people: vec![by] }
    }

    /// How many messages must come of all that was said.
    pub(crate) fn expected(&self) -> usize {
        self.said.iter().map(|said| said.expected.len()).sum()
    }
}

/// People talking, until told to stop.
pub(crate) struct Load {
    stop: CancellationToken,
    chats: Vec<JoinHandle<Chat>>,
}

impl Load {
    pub(crate) fn start(sim: &Arc<Simulator>, rng: &mut fastrand::Rng) -> Self {
        let stop = CancellationToken::new();
        let chats = chats(sim)
            .into_iter()
            .map(|chat| tokio::spawn(talk(Arc::clone(sim), chat, rng.fork(), stop.clone())))
            .collect();
        Self { stop, chats }
    }

    pub(crate) async fn stop(self) -> Vec<Chat> {
        self.stop.cancel();
        let mut chats = Vec::new();
        for chat in self.chats {
            chats.push(chat.await.unwrap());
        }
        chats
    }
}

fn chats(sim: &Simulator) -> Vec<Chat> {
    let alone = (0..PEOPLE).map(|n| {
        let name = format!("person{n}");
        let user = sim.user(&name);
        Chat { name, id: user.clone().into(), said: Vec::new(), people: vec![user] }
    });
    let members: Vec<_> = (0..MEMBERS).map(|n| sim.user(&format!("member{n}"))).collect();
    let group = sim.group("group", &members);
    let together = Chat { name: "group".to_owned(), id: group.into(), said: Vec::new(), people: members };
    alone.chain([together]).collect()
}

/// Says one thing after the other, sometimes waiting for the answers, sometimes not: so there are always some that
/// wait, but never so many that their reply tokens grow old.
async fn talk(sim: Arc<Simulator>, mut chat: Chat, mut rng: fastrand::Rng, stop: CancellationToken) -> Chat {
    let mut expected = 0;
    while !stop.is_cancelled() {
        upset(&sim, &mut rng);
        let body = say(&sim, &chat, &mut rng);
        expected += body.iter().map(|said| said.expected.len()).sum::<usize>();
        let parcel = Parcel::of(body.iter().map(|said| said.event.clone()));
        sim.deliver(if rng.u8(0..10) == 0 { parcel.copies(2) } else { parcel });
        chat.said.extend(body);
        let ahead = rng.usize(0..12);
        let answered = sim.wait_for(IMPATIENCE, |ledger| ledger.count_heard(&chat.id) + ahead >= expected);
        tokio::select! {
            _ = answered => {}
            () = stop.cancelled() => {}
        }
    }
    chat
}

/// One thing, or some at once, which come in one body.
fn say(sim: &Simulator, chat: &Chat, rng: &mut fastrand::Rng) -> Vec<Said> {
    let count = if rng.u8(0..5) == 0 { rng.usize(2..4) } else { 1 };
    (0..count).map(|n| say_one(sim, chat, chat.said.len() + n, rng)).collect()
}

fn say_one(sim: &Simulator, chat: &Chat, number: usize, rng: &mut fastrand::Rng) -> Said {
    let serial = format!("{}-{number}", chat.name);
    let one = || vec![serial.clone()];
    let (text, expected) = match rng.u8(0..5) {
        0 => (format!("quote {serial}"), one()),
        1 => (format!("push {serial}"), vec!["ok".to_owned(), serial.clone()]),
        2 => ("burst 3".to_owned(), ["1", "2", "3"].map(str::to_owned).to_vec()),
        3 => (format!("two {serial}"), vec![serial.clone(), serial.clone()]),
        _ => (format!("flaky 1 {serial}"), one()),
    };
    let by = rng.choice(&chat.people).unwrap();
    let event = sim.compose(Act::say(by, &*text).in_chat(chat.id.clone())).unwrap();
    Said { event, quoted: text.starts_with("quote"), text, expected }
}

/// Makes LINE slow, before it does what it is asked or after it, so that stops fall between a note, its call and its
/// result; and now and then wrong, so that they fall between repetitions.
fn upset(sim: &Simulator, rng: &mut fastrand::Rng) {
    let endpoint = if rng.bool() { "reply" } else { "push" };
    let harm = match rng.u8(0..100) {
        0..40 => Harm::Delay(Duration::from_millis(rng.u64(1..120))),
        40..43 => Harm::server_error(),
        _ => return,
    };
    let fault = Fault::on(endpoint, harm);
    sim.fault(if rng.bool() { fault.after_doing() } else { fault });
}
