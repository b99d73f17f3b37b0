//! One to five messages, counted by the compiler.

use super::{ChatMessage, Message};

/// One to five messages, counted by the compiler: a message, an array or a tuple of them. `M` is [`ChatMessage`] for
/// what goes to one chat, and [`Message`], which cannot quote, for what goes to many.
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
pub trait UpToFive<M = ChatMessage> {
    /// The messages, in order.
    fn into_messages(self) -> Vec<M>;
}

macro_rules! of_kind {
    ($kind:ident) => {
        impl<T> UpToFive<$kind> for T
        where
            $kind: From<T>,
        {
            fn into_messages(self) -> Vec<$kind> {
                vec![self.into()]
            }
        }

        arrays!($kind: 1 2 3 4 5);
        tuples!($kind: (A) (A B) (A B C) (A B C D) (A B C D E));
    };
}

macro_rules! arrays {
    ($kind:ident: $($len:literal)+) => {$(
        impl<T> UpToFive<$kind> for [T; $len]
        where
            $kind: From<T>,
        {
            fn into_messages(self) -> Vec<$kind> {
                self.into_iter().map(Into::into).collect()
            }
        }
    )+};
}

macro_rules! tuples {
    ($kind:ident: $(($($name:ident)+))+) => {$(
        impl<$($name),+> UpToFive<$kind> for ($($name,)+)
        where
            $kind: $(From<$name> +)+,
        {
            #[allow(non_snake_case, reason = "each value bears the name of its type")]
            fn into_messages(self) -> Vec<$kind> {
                let ($($name,)+) = self;
                vec![$($name.into()),+]
            }
        }
    )+};
}

of_kind!(ChatMessage);
of_kind!(Message);
