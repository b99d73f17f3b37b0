//! The scripted conversation: five turns, each played, shown and checked against the simulator's ledger.

use std::time::Duration;

use super::bot::{FOLLOW_UP, GREETING};
use super::stage::Stage;
use super::wanted::{Wanted, differences, too_much};
use crate::cli::Out;
use crate::cli::conversation::{self, Look};
use crate::line::{ChatId, MessageId, UserId};
use crate::simulator::{Act, Delivered, Heard, Parcel, Simulator, Sticker, Via, WebhookEvent};

/// Who talks to the bot.
pub(super) const ALICE: &str = "Alice";

/// The play, while it is on.
pub(super) struct Play<'a> {
    stage: &'a Stage,
    alice: UserId,
    chat: ChatId,
    out: &'a mut Out,
    look: Look,
    /// How long an answer may take.
    patience: Duration,
    turn: usize,
    /// Messages of the bot that belong to turns played.
    heard: usize,
    /// The event that was delivered twice, and the turn in which.
    twice: Option<(WebhookEvent, usize)>,
    wrong: Vec<String>,
}

/// What one turn is.
struct Turn<'a> {
    title: &'a str,
    shown: &'a str,
    act: Act,
    /// LINE delivers the event once more.
    again: bool,
    /// What the bot is to answer, given the quote token of what was said.
    wanted: &'a dyn Fn(&str) -> Vec<Wanted>,
    /// What is well when it does.
    moral: &'a str,
}

/// What came of a play.
pub(super) struct Played {
    /// Turns played.
    pub(super) turns: usize,
    /// Messages of the bot that belong to them.
    heard: usize,
    twice: Option<(WebhookEvent, usize)>,
    /// Every answer that was not what it should be.
    pub(super) wrong: Vec<String>,
}

fn echo(text: &str) -> impl Fn(&str) -> Vec<Wanted> {
    move |token| vec![Wanted::reply(text).quoting(token), Wanted::push(FOLLOW_UP)]
}

impl<'a> Play<'a> {
    pub(super) fn new(stage: &'a Stage, out: &'a mut Out, look: Look, patience: Duration) -> Self {
        let alice = stage.simulator.stranger(ALICE);
        let chat = ChatId::from(alice.clone());
        Self { stage, alice, chat, out, look, patience, turn: 0, heard: 0, twice: None, wrong: Vec::new() }
    }

    /// Plays it from beginning to end, whatever comes.
    pub(super) async fn play(mut self) -> anyhow::Result<Played> {
        self.follow().await?;
        self.text().await?;
        self.sticker().await?;
        self.redelivery().await?;
        self.quote().await?;
        let Self { turn: turns, heard, twice, wrong, .. } = self;
        Ok(Played { turns, heard, twice, wrong })
    }

    async fn follow(&mut self) -> anyhow::Result<()> {
        let act = Act::follow(&self.alice);
        self.take(Turn {
            title: "A new friend",
            shown: "(adds the bot as a friend)",
            act,
            again: false,
            wanted: &|_| vec![Wanted::reply(GREETING)],
            moral: "greeted, by reply",
        })
        .await
    }

    async fn text(&mut self) -> anyhow::Result<()> {
        const TEXT: &str = "Is anybody there?";
        let act = Act::say(&self.alice, TEXT);
        self.take(Turn {
            title: "A text: quoted back by reply, followed up by push",
            shown: TEXT,
            act,
            again: false,
            wanted: &echo(TEXT),
            moral: "answered in order: the free reply first, the push behind it under a retry key",
        })
        .await
    }

    async fn sticker(&mut self) -> anyhow::Result<()> {
        let act = Act::say(&self.alice, Sticker::new("446", "1993"));
        self.take(Turn {
            title: "A sticker",
            shown: "(sticker 446/1993)",
            act,
            again: false,
            wanted: &|token| vec![Wanted::sticker().quoting(token)],
            moral: "answered with a sticker that quotes it",
        })
        .await
    }

    async fn redelivery(&mut self) -> anyhow::Result<()> {
        const TEXT: &str = "Answer this once, please.";
        let act = Act::say(&self.alice, TEXT);
        self.take(Turn {
            title: "An event that LINE delivers twice",
            shown: TEXT,
            act,
            again: true,
            wanted: &echo(TEXT),
            moral: "known already: 200, and nobody is answered a second time",
        })
        .await
    }

    async fn quote(&mut self) -> anyhow::Result<()> {
        const TEXT: &str = "And what is this?";
        let act = Act::say(&self.alice, TEXT);
        // The bot's last words, if it said any.
        let (act, shown) = match self.last_words() {
            Some(heard) => (act.quoting(&heard.id), format!("(quotes “{}”)\n{TEXT}", heard.text())),
            None => (act, TEXT.to_owned()),
        };
        self.take(Turn {
            title: "A quote, quoted",
            shown: &shown,
            act,
            again: false,
            wanted: &echo(TEXT),
            moral: "quoted back with the token of this message, not of the one it quotes",
        })
        .await
    }

    async fn take(&mut self, turn: Turn<'_>) -> anyhow::Result<()> {
        self.turn += 1;
        let Turn { title, shown, act, again, wanted, moral } = turn;
        self.out.line(format_args!("{}\n", self.look.heading(&format!("{}. {title}", self.turn))))?;
        self.out.line(self.look.person(ALICE, shown))?;
        let event = self.stage.simulator.compose(act)?;
        let token = event.json["message"]["quoteToken"].as_str().unwrap_or_default();
        let wanted = wanted(token);
        let from = self.heard;
        self.stage.simulator.deliver(Parcel::of([event.clone()]));
        self.wait(&event, 1, from + wanted.len()).await;
        self.show_deliveries(&event, 0)?;
        let heard = self.heard_from(from);
        for message in &heard {
            self.show_answer(message, token, &called(&event))?;
        }
        let mut wrong = differences(&wanted, &heard);
        self.heard = from + heard.len();
        if again {
            self.deliver_again(&event).await?;
        }
        if !self.deliveries_of(&event).iter().any(|delivered| delivered.outcome.acked()) {
            wrong.insert(0, "the webhook was not answered with 200".to_owned());
        }
        self.judge(title, moral, wrong)
    }

    async fn deliver_again(&mut self, event: &WebhookEvent) -> anyhow::Result<()> {
        let before = self.deliveries_of(event).len();
        self.out.line(self.look.line("(delivers the same event again)"))?;
        self.stage.simulator.deliver(Parcel::of([event.clone()]).as_redelivery());
        self.wait(event, before + 1, 0).await;
        self.twice = Some((event.clone(), self.turn));
        self.show_deliveries(event, before)?;
        Ok(())
    }

    fn judge(&mut self, title: &str, moral: &str, wrong: Vec<String>) -> anyhow::Result<()> {
        if wrong.is_empty() {
            self.out.line(self.look.good(moral))?;
        }
        for problem in wrong {
            self.out.line(self.look.bad(&problem))?;
            self.wrong.push(format!("{}. {title}: {problem}", self.turn));
        }
        self.out.line("")?;
        Ok(())
    }

    /// Until the event was delivered so often and the bot has said so much; or until patience ends, and what is
    /// missing will be found missing.
    async fn wait(&self, event: &WebhookEvent, deliveries: usize, messages: usize) {
        let _ = self
            .stage
            .simulator
            .wait_for(self.patience, |ledger| {
                let of_event = ledger.deliveries().iter().filter(|it| it.events.contains(&event.id));
                of_event.clone().count() >= deliveries
                    && ledger.acked().contains(&event.id)
                    && ledger.count_heard(&self.chat) >= messages
            })
            .await;
    }

    fn deliveries_of(&self, event: &WebhookEvent) -> Vec<Delivered> {
        let all = self.stage.simulator.deliveries();
        all.into_iter().filter(|delivered| delivered.events.contains(&event.id)).collect()
    }

    fn heard_from(&self, from: usize) -> Vec<Heard> {
        self.stage.simulator.heard(self.chat.clone()).split_off(from)
    }

    fn last_words(&self) -> Option<Heard> {
        self.stage.simulator.heard(self.chat.clone()).pop()
    }

    fn show_deliveries(&mut self, event: &WebhookEvent, from: usize) -> anyhow::Result<()> {
        for delivered in self.deliveries_of(event).iter().skip(from) {
            let Delivered { outcome, redelivery, latency, .. } = delivered;
            self.out.line(self.look.wire(&conversation::webhook(1, *redelivery, outcome, *latency)))?;
        }
        Ok(())
    }

    fn show_answer(&mut self, heard: &Heard, token: &str, said: &str) -> anyhow::Result<()> {
        let quoted = match heard.message["quoteToken"].as_str() {
            Some(quoted) if quoted == token => Some(said.to_owned()),
            Some(_) => Some("another message".to_owned()),
            None => None,
        };
        self.out.line(self.look.bot(&in_words(heard)))?;
        self.out.line(self.look.wire(&conversation::route(heard.via, None, quoted.as_deref())))?;
        Ok(())
    }
}

/// What an event's message is called when it is quoted.
fn called(event: &WebhookEvent) -> String {
    let text = event.json["message"]["text"].as_str();
    text.map_or_else(|| "the sticker".to_owned(), |text| format!("“{text}”"))
}

fn in_words(heard: &Heard) -> String {
    let field = |name: &str| heard.message[name].as_str().unwrap_or_default();
    match field("type") {
        "text" => heard.text().to_owned(),
        "sticker" => format!("(sticker {}/{})", field("packageId"), field("stickerId")),
        other => format!("({other})"),
    }
}

impl Played {
    /// Looks once more when nothing can come any more: what came late, or twice?
    pub(super) fn look_again(&mut self, simulator: &Simulator) {
        let heard = simulator.heard(simulator.stranger(ALICE));
        for message in heard.iter().skip(self.heard) {
            self.wrong.push(format!("after the end: {}", too_much(message)));
        }
        let Some((event, turn)) = &self.twice else { return };
        let token = event.json["message"]["quoteToken"].as_str().unwrap_or_default();
        let answers =
            heard.iter().filter(|heard| heard.message["quoteToken"].as_str() == Some(token)).count();
        if answers > 1 {
            self.wrong
                .push(format!("{turn}. the event that was delivered twice was answered {answers} times"));
        }
    }

    /// One line on the whole.
    pub(super) fn summary(&self, simulator: &Simulator) -> String {
        simulator.ledger(|ledger| {
            let count = |via| ledger.all_heard().iter().filter(|heard| heard.via == via).count();
            let slowest =
                ledger.deliveries().iter().map(|delivered| delivered.latency).max().unwrap_or_default();
            format!(
                "{} turns: {} webhooks (the slowest took {}), {} replies (free), {} pushes (counted)",
                self.turns,
                ledger.deliveries().len(),
                conversation::millis(slowest),
                count(Via::Reply),
                count(Via::Push),
            )
        })
    }
}

/// The message a command refers to.
pub(super) fn last_of_bot(stage: &Stage, alice: &UserId) -> Option<MessageId> {
    stage.simulator.heard(alice.clone()).pop().map(|heard| heard.id)
}
