//! Every promise, seen from outside. One binary.

mod away;
mod cli;
mod client;
mod config;
mod crash;
mod demo;
mod deploy;
mod dispatch;
mod docs;
mod envelope;
mod events;
mod fleet;
mod inbox;
mod journal;
mod messages;
mod postgres;
mod postgres_connection;
mod process;
mod promises;
mod server;
mod signature;
mod simulator;
mod structure;
mod support;
