//! One to five messages, counted by the compiler.

use super::ChatMessage;

/// One to five messages, counted by the compiler: a message, an array or a tuple of them.
///
/// ```
/// use line_bot_server::line::{StickerMessage, UpToFive};
///
/// fn send(messages: impl UpToFive) -> usize {
///     messages.into_messages().len()
/// }
///
/// assert_eq!(send("Hello"), 1);
/// assert_eq!(send(["one", "two", "three", "four", "five"]), 5);
/// assert_eq!(send(("Hello", StickerMessage::new("446", "1988"))), 2);
/// ```
///
/// LINE takes no sixth:
///
/// ```compile_fail,E0277
/// use line_bot_server::line::UpToFive;
///
/// fn send(messages: impl UpToFive) {}
///
/// send(["one", "two", "three", "four", "five", "six"]);
/// ```
///
/// ```compile_fail,E0277
/// use line_bot_server::line::UpToFive;
///
/// fn send(messages: impl UpToFive) {}
///
/// send(("one", "two", "three", "four", "five", "six"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one to five messages",
    note = "one request takes a message, or an array or a tuple of up to five of them"
)]
pub trait UpToFive {
    /// The messages, in order.
    fn into_messages(self) -> Vec<ChatMessage>;
}

impl<T> UpToFive for T
where
    ChatMessage: From<T>,
{
    fn into_messages(self) -> Vec<ChatMessage> {
        vec![self.into()]
    }
}

macro_rules! arrays {
    ($($len:literal)+) => {$(
        impl<T> UpToFive for [T; $len]
        where
            ChatMessage: From<T>,
        {
            fn into_messages(self) -> Vec<ChatMessage> {
                self.into_iter().map(Into::into).collect()
            }
        }
    )+};
}

macro_rules! tuples {
    ($(($($name:ident)+))+) => {$(
        impl<$($name),+> UpToFive for ($($name,)+)
        where
            ChatMessage: $(From<$name> +)+,
        {
            #[allow(non_snake_case, reason = "each value bears the name of its type")]
            fn into_messages(self) -> Vec<ChatMessage> {
                let ($($name,)+) = self;
                vec![$($name.into()),+]
            }
        }
    )+};
}

arrays!(1 2 3 4 5);
tuples!((A) (A B) (A B C) (A B C D) (A B C D E));
