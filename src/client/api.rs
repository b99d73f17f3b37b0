//! The calls, one file per chapter of LINE's reference. Each file opens with its methods, paths and the address of
//! their reference.

pub mod account_link;
pub mod audience;
pub mod bot;
pub mod chat;
pub mod content;
pub mod coupon;
pub mod follower;
pub mod group;
pub mod insight;
pub mod liff;
pub mod membership;
pub mod message;
pub mod mission_sticker;
pub mod module;
pub mod notification;
pub mod profile;
pub mod quota;
pub mod rich_menu;
pub mod room;
pub mod statistics;
pub mod token;
pub mod webhook;
