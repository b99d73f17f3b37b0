//! What a typed line means.

/// A typed line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    Nothing,
    Say(&'a str),
    Sticker,
    Quote(&'a str),
    Unsend,
    Redeliver,
    Block,
    Follow,
    Help,
    Quit,
    Unknown(&'a str),
}

pub(super) const HELP: &str = "
  any text       Alice says it
  /quote TEXT    Alice says it, quoting the bot's last message
  /sticker       Alice sends a sticker
  /unsend        Alice unsends her last message
  /redeliver     LINE delivers the last event again, as it does when no 200 came
  /block         Alice blocks the bot
  /follow        Alice adds the bot as a friend
  /quit          the end (so are Ctrl-C and Ctrl-D)
";

impl<'a> Command<'a> {
    /// A text that begins with a slash is said with two: `//`.
    pub(super) fn read(line: &'a str) -> Self {
        let line = line.trim();
        if line.is_empty() {
            return Self::Nothing;
        }
        if !line.starts_with('/') {
            return Self::Say(line);
        }
        if line.starts_with("//") {
            return Self::Say(&line[1..]);
        }
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (name, rest.trim_start()) {
            ("/quote", text) if !text.is_empty() => Self::Quote(text),
            ("/sticker", _) => Self::Sticker,
            ("/unsend", _) => Self::Unsend,
            ("/redeliver", _) => Self::Redeliver,
            ("/block", _) => Self::Block,
            ("/follow", _) => Self::Follow,
            ("/help" | "/?", _) => Self::Help,
            ("/quit" | "/exit" | "/q", _) => Self::Quit,
            _ => Self::Unknown(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Command;

    #[test]
    fn a_slash_commands_and_everything_else_is_said() {
        assert_eq!(Command::read(" hello there "), Command::Say("hello there"));
        assert_eq!(Command::read("/quote what  is this"), Command::Quote("what  is this"));
        assert_eq!(Command::read("//etc"), Command::Say("/etc"));
        assert_eq!(Command::read("/quit"), Command::Quit);
        assert_eq!(Command::read("/stikcer now"), Command::Unknown("/stikcer"));
        assert_eq!(Command::read("/quote"), Command::Unknown("/quote"));
        assert_eq!(Command::read("  "), Command::Nothing);
    }
}
