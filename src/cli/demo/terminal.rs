//! The conversation with a person at the terminal: lines typed are what Alice says.

use std::io::{BufRead as _, IsTerminal as _};

use tokio::sync::mpsc;

use super::command::{Command, HELP};
use super::script::{ALICE, last_of_bot};
use super::stage::Stage;
use crate::cli::Out;
use crate::cli::conversation::{self, Look};
use crate::cli::stop::Stop;
use crate::line::{MessageId, UserId};
use crate::simulator::{Act, CannotHappen, Parcel, Sticker, WebhookEvent};

/// To the line's start, and nothing left of it.
const CLEAR: &str = "\r\x1b[2K";
/// The line above, which the person has just ended.
const CLEAR_TYPED: &str = "\x1b[1A\r\x1b[2K";

const BLOCKED: &str = "  Alice has blocked the bot; /follow makes them friends again.";

/// What is printed, with a prompt below it where there is a terminal to show one.
struct Screen<'a> {
    out: &'a mut Out,
    prompt: Option<String>,
}

impl<'a> Screen<'a> {
    fn new(out: &'a mut Out, look: Look) -> Self {
        let prompt = std::io::stdout().is_terminal().then(|| look.pale(&format!("{ALICE} › ")));
        Self { out, prompt }
    }

    fn show(&mut self, text: &str) -> std::io::Result<()> {
        match &self.prompt {
            Some(prompt) => self.out.text(&format!("{CLEAR}{text}\n{prompt}")),
            None => self.out.line(text),
        }
    }

    /// A line was typed: it is about to be shown as what it became.
    fn typed(&mut self) -> std::io::Result<()> {
        match &self.prompt {
            Some(prompt) => self.out.text(&format!("{CLEAR_TYPED}{prompt}")),
            None => Ok(()),
        }
    }

    fn leave(&mut self) -> std::io::Result<()> {
        if self.prompt.is_some() { self.out.text(CLEAR) } else { Ok(()) }
    }
}

/// Who sits at the terminal, and what of hers a command may refer to.
struct Seat<'a> {
    stage: &'a Stage,
    look: Look,
    alice: UserId,
    said: Vec<MessageId>,
    last: Option<WebhookEvent>,
}

/// Until the person or a signal ends it.
pub(super) async fn chat(stage: &Stage, out: &mut Out, look: Look, stop: &mut Stop) -> anyhow::Result<()> {
    let mut happenings = stage.simulator.happenings();
    let mut lines = typed_lines();
    let mut screen = Screen::new(out, look);
    let alice = stage.simulator.stranger(ALICE);
    let mut seat = Seat { stage, look, alice, said: Vec::new(), last: None };
    seat.act(Act::follow(&seat.alice))?;
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => break,
            Some(text) = conversation::next(&mut happenings, look) => screen.show(&text)?,
            line = lines.recv() => {
                let Some(line) = line else { break };
                screen.typed()?;
                match seat.take(&line) {
                    Ok(Reaction::Quit) => break,
                    Ok(Reaction::Silence) => {}
                    Ok(Reaction::Say(text)) => screen.show(&text)?,
                    Err(CannotHappen::Blocked(_)) => screen.show(BLOCKED)?,
                    Err(impossible) => screen.show(&format!("  {impossible}"))?,
                }
            }
        }
    }
    screen.leave()?;
    Ok(())
}

/// What there is to say about a line typed, beside what happens.
enum Reaction {
    Silence,
    Say(String),
    Quit,
}

impl Seat<'_> {
    fn take(&mut self, line: &str) -> Result<Reaction, CannotHappen> {
        match Command::read(line) {
            Command::Nothing => {}
            Command::Quit => return Ok(Reaction::Quit),
            Command::Help => return Ok(Reaction::Say(HELP.to_owned())),
            Command::Unknown(name) => {
                return Ok(Reaction::Say(format!("  There is no {name}; /help tells what there is.")));
            }
            Command::Say(text) => self.act(Act::say(&self.alice, text))?,
            Command::Sticker => self.act(Act::say(&self.alice, Sticker::new("446", "1993")))?,
            Command::Quote(text) => match last_of_bot(self.stage, &self.alice) {
                Some(quoted) => self.act(Act::say(&self.alice, text).quoting(&quoted))?,
                None => return Ok(Reaction::Say("  The bot has said nothing yet.".to_owned())),
            },
            Command::Unsend => match self.said.pop() {
                Some(message) => self.act(Act::unsend(&message))?,
                None => return Ok(Reaction::Say("  There is nothing left to unsend.".to_owned())),
            },
            Command::Redeliver => return Ok(self.redeliver()),
            Command::Block => self.act(Act::unfollow(&self.alice))?,
            Command::Follow => self.act(Act::follow(&self.alice))?,
        }
        Ok(Reaction::Silence)
    }

    fn act(&mut self, act: Act) -> Result<(), CannotHappen> {
        let event = self.stage.simulator.happen(act)?;
        if event.json["type"] == "message" {
            self.said.extend(event.message_id.clone());
        }
        self.last = Some(event);
        Ok(())
    }

    fn redeliver(&self) -> Reaction {
        let Some(event) = self.last.clone() else { return Reaction::Silence };
        self.stage.simulator.deliver(Parcel::of([event]).as_redelivery());
        let line =
            self.look.line("(delivers the last event again; the bot knows it and does not answer twice)");
        Reaction::Say(format!("\n{line}"))
    }
}

/// Lines of standard input, read by a thread of their own, for a terminal cannot be waited for otherwise. It ends with
/// the process.
fn typed_lines() -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
            if send.blocking_send(text).is_err() {
                return;
            }
            line.clear();
        }
    });
    receive
}
