//! The calls, one file per chapter of LINE's reference. Each file opens with its methods, paths and the address of
//! their reference.

pub mod bot;
pub mod chat;
pub mod content;
pub mod message;
pub mod profile;
pub mod webhook;
