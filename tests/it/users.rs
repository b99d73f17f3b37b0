//! Friends, groups, counts, insights, notifications, LIFF and modules: what the client asks, what LINE makes of it, and
//! every limit on both sides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod followers;
mod groups;
mod insights;
mod kit;
mod liff;
mod links;
mod modules;
mod notifications;
mod others;
mod requests;
mod rich_menus;
mod statistics;
