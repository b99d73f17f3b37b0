//! What comes from another inbox: an event goes in with its id, and only if the id is new here.

use std::borrow::Cow;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::Settings;
use super::columns::{Events, Values};
use super::core::Core;
use super::operator::Operator;
use super::pool::Param;
use super::rows::{self, uint};
use crate::clock::Timestamp;
use crate::inbox::key::IdKey;
use crate::inbox::moving::{Moving, Remembered, UnsentMessage};
use crate::inbox::unsent::UNSENT_DETAIL;
use crate::inbox::{InboxError, stored};

/// Events in their order behind all that waits here. What was attempted before is at the head of its chat, and so it is
/// here unless the chat has events here already: then its attempts begin anew, but its journal goes with it. A message
/// that was unsent here does not come in; if it is parked, it comes wiped.
const EVENTS: &str = "
WITH clock AS MATERIALIZED (
    SELECT nextval('$S.arrival') << 20 AS base, set_config('synchronous_commit', 'on', true)),
sends AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::smallint[], $5::bytea[], $6::bytea[], $7::text[])
        AS s(place, noted, part, route, key, hash, result)),
input AS MATERIALIZED (
    SELECT i.*, clock.base + i.place AS seq FROM clock, unnest(
        $8::smallint[], $9::uuid[], $10::uuid[], $11::bigint[], $12::smallint[], $13::boolean[], $14::text[],
        $15::text[], $16::text[], $17::text[], $18::text[], $19::bytea[], $20::bigint[], $21::bigint[], $22::integer[],
        $23::integer[], $24::bigint[], $25::text[], $26::text[], $27::text[], $28::bigint[], $29::boolean[])
    WITH ORDINALITY AS i(channel, key, lane, timestamp, chat_kind, redelivered, destination, id, kind, chat,
        message_id, json, dated, arrived, attempts, failures, due, last_error, reason, detail, at, unsent, place)),
fresh AS (
    INSERT INTO $S.seen (at, id, channel) SELECT dated, key, channel FROM input ORDER BY channel, key
    ON CONFLICT DO NOTHING RETURNING channel, id),
mine AS MATERIALIZED (
    SELECT i.*, EXISTS (
        SELECT FROM $S.unsent u WHERE u.channel = i.channel AND u.message_id = i.message_id) AS gone
    FROM input i JOIN fresh f ON f.channel = i.channel AND f.id = i.key),
stored AS (
    INSERT INTO $S.event (lane, seq, timestamp, arrived, came, key, channel, chat_kind, redelivered, replayed,
        destination, id, kind, chat, message_id, json)
    SELECT m.lane, m.seq, m.timestamp, m.arrived, m.arrived, m.key, m.channel, m.chat_kind, m.redelivered,
        EXISTS (SELECT FROM sends s WHERE s.place = m.place), m.destination, m.id, m.kind, m.chat, m.message_id, m.json
    FROM mine m WHERE m.reason IS NULL AND NOT m.gone
    RETURNING lane, seq, came),
parked AS (
    INSERT INTO $S.parked (seq, lane, timestamp, arrived, key, channel, chat_kind, redelivered, destination, id, kind,
        chat, message_id, json, unsent, attempts, last_error, reason, detail, at)
    SELECT m.seq, m.lane, m.timestamp, m.arrived, m.key, m.channel, m.chat_kind, m.redelivered, m.destination, m.id,
        m.kind, m.chat, m.message_id, CASE WHEN m.gone THEN '' ELSE m.json END, m.unsent OR m.gone, m.attempts,
        CASE WHEN NOT m.gone THEN m.last_error END, m.reason, CASE WHEN m.gone THEN $30 ELSE m.detail END, m.at
    FROM mine m WHERE m.reason IS NOT NULL),
noted AS (
    INSERT INTO $S.journal (seq, noted, part, route, key, hash, result)
    SELECT m.seq, s.noted, s.part, s.route, s.key, s.hash, s.result FROM sends s JOIN mine m ON m.place = s.place
    WHERE m.reason IS NOT NULL OR NOT m.gone
    ON CONFLICT DO NOTHING),
heads AS (
    SELECT DISTINCT ON (s.lane) s.lane, s.seq, s.came, count(*) OVER (PARTITION BY s.lane) AS count, m.due, m.attempts,
        m.failures, m.last_error
    FROM stored s JOIN mine m ON m.seq = s.seq ORDER BY s.lane, s.seq),
line AS (
    INSERT INTO $S.lane (id, ready, turn, came, count, head, due, attempts, failures, last_error)
    SELECT h.lane, coalesce(h.due, h.came), h.seq, h.came, h.count, CASE WHEN h.attempts > 0 THEN h.seq END, h.due,
        h.attempts, h.failures, h.last_error
    FROM heads h ORDER BY h.lane
    ON CONFLICT (id) DO UPDATE SET count = lane.count + excluded.count)
SELECT count(*) FROM mine
";

const IDS: &str = "
WITH fresh AS (
    INSERT INTO $S.seen (at, id, channel)
    SELECT i.at, i.id, i.channel FROM (SELECT set_config('synchronous_commit', 'on', true)) AS clock,
        unnest($1::bigint[], $2::uuid[], $3::smallint[]) AS i(at, id, channel) ORDER BY i.channel, i.id
    ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*) FROM fresh
";

/// One that is known here too is remembered for the longer time.
const UNSENT: &str = "
WITH input AS MATERIALIZED (
    SELECT i.* FROM (SELECT set_config('synchronous_commit', 'on', true)) AS clock,
        unnest($1::bigint[], $2::smallint[], $3::text[]) AS i(at, channel, message_id)),
known AS MATERIALIZED (
    SELECT count(*) AS count FROM input i
    WHERE EXISTS (SELECT FROM $S.unsent u WHERE u.channel = i.channel AND u.message_id = i.message_id)),
remembered AS (
    INSERT INTO $S.unsent (at, channel, message_id)
    SELECT at, channel, message_id FROM input ORDER BY channel, message_id
    ON CONFLICT (channel, message_id) DO UPDATE SET at = greatest(unsent.at, excluded.at) RETURNING 1)
SELECT (SELECT count(*) FROM remembered) - known.count FROM known
";

/// An inbox that another one is moved into. Its methods block, and say how much was new.
pub(in crate::inbox) struct Importer(Operator);

impl Importer {
    /// Connects, and makes the tables if they are missing.
    pub(in crate::inbox) fn open(url: &str, settings: &Settings) -> Result<Self, InboxError> {
        let operator = Operator::new(url, settings)?;
        operator.aside.wait(operator.core.open())?;
        Ok(Self(operator))
    }

    pub(in crate::inbox) fn events(&self, events: &[Moving]) -> Result<u64, InboxError> {
        self.0.aside.wait(self.0.core.import_events(events))
    }

    pub(in crate::inbox) fn ids(&self, ids: &[Remembered]) -> Result<u64, InboxError> {
        self.0.aside.wait(self.0.core.import_ids(ids))
    }

    pub(in crate::inbox) fn unsent(&self, unsent: &[UnsentMessage]) -> Result<u64, InboxError> {
        self.0.aside.wait(self.0.core.import_unsent(unsent))
    }
}

impl Core {
    async fn import_events(&self, events: &[Moving]) -> Result<u64, InboxError> {
        let (mut load, mut sends) = (Load::default(), Sends::default());
        for moving in events {
            let channel = self.number(&moving.pending.event.channel).await?;
            load.push(moving, &IdKey::new(channel, moving.pending.event.id.as_str()));
            sends.push(moving, load.events.len());
        }
        let mut columns: Vec<Param<'_>> = sends.columns().into();
        columns.extend(load.columns());
        columns.push((&UNSENT_DETAIL, Type::TEXT));
        self.counted(EVENTS, &columns).await
    }

    async fn import_ids(&self, ids: &[Remembered]) -> Result<u64, InboxError> {
        let (mut at, mut key, mut channel) = (Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            at.push(id.dated.map(Timestamp::as_millis));
            key.push(Uuid::from_bytes(id.id));
            channel.push(i16::try_from(self.number(&id.channel).await?).unwrap_or(i16::MAX));
        }
        let columns: [Param<'_>; 3] =
            [(&at, Type::INT8_ARRAY), (&key, Type::UUID_ARRAY), (&channel, Type::INT2_ARRAY)];
        self.counted(IDS, &columns).await
    }

    async fn import_unsent(&self, unsent: &[UnsentMessage]) -> Result<u64, InboxError> {
        let (mut at, mut channel, mut message) = (Vec::new(), Vec::new(), Vec::new());
        for one in unsent {
            at.push(one.at.as_millis());
            channel.push(i16::try_from(self.number(&one.channel).await?).unwrap_or(i16::MAX));
            message.push(one.message.as_str());
        }
        let columns: [Param<'_>; 3] =
            [(&at, Type::INT8_ARRAY), (&channel, Type::INT2_ARRAY), (&message, Type::TEXT_ARRAY)];
        self.counted(UNSENT, &columns).await
    }

    async fn counted(&self, statement: &str, columns: &[Param<'_>]) -> Result<u64, InboxError> {
        let rows = self.run_patiently(statement, columns).await?;
        Ok(rows.first().map_or(0, |row| uint(row.get(0))))
    }
}

/// The columns of journal entries.
#[derive(Default)]
struct Sends<'a> {
    place: Vec<i64>,
    noted: Vec<i64>,
    part: Vec<i32>,
    route: Vec<i16>,
    key: Vec<&'a [u8]>,
    hash: Vec<&'a [u8]>,
    result: Vec<Option<String>>,
}

impl<'a> Sends<'a> {
    /// Of the event at that place, counted from 1.
    fn push(&mut self, moving: &'a Moving, place: usize) {
        for send in &moving.pending.journal {
            self.place.push(i64::try_from(place).unwrap_or(i64::MAX));
            self.noted.push(send.noted.as_millis());
            self.part.push(i32::from(send.entry.part));
            self.route.push(stored::route(send.entry.route).into());
            self.key.push(send.entry.key.as_bytes());
            self.hash.push(&send.hash);
            self.result.push(send.result.as_ref().map(stored::write));
        }
    }

    fn columns(&self) -> [Param<'_>; 7] {
        [
            (&self.place, Type::INT8_ARRAY),
            (&self.noted, Type::INT8_ARRAY),
            (&self.part, Type::INT4_ARRAY),
            (&self.route, Type::INT2_ARRAY),
            (&self.key, Type::BYTEA_ARRAY),
            (&self.hash, Type::BYTEA_ARRAY),
            (&self.result, Type::TEXT_ARRAY),
        ]
    }
}

/// Events, and what happened to them before.
#[derive(Default)]
struct Load<'a> {
    events: Events<'a>,
    dated: Vec<Option<i64>>,
    arrived: Vec<i64>,
    attempts: Vec<i32>,
    failures: Vec<i32>,
    due: Vec<Option<i64>>,
    last_error: Vec<Option<Cow<'a, str>>>,
    reason: Vec<Option<&'static str>>,
    detail: Vec<Option<Cow<'a, str>>>,
    at: Vec<Option<i64>>,
    unsent: Vec<bool>,
}

impl<'a> Load<'a> {
    fn push(&mut self, moving: &'a Moving, key: &IdKey) {
        let Moving { pending, dated, parked } = moving;
        let event = &pending.event;
        self.events.push(
            key,
            &Values {
                destination: &event.destination,
                id: &event.id,
                kind: &event.kind,
                chat: event.chat.as_ref(),
                timestamp: event.timestamp,
                redelivered: event.first_seen_redelivered,
                message_id: pending.message_id.as_ref(),
                json: &event.json,
            },
        );
        self.dated.push(dated.map(Timestamp::as_millis));
        self.arrived.push(event.arrived.as_millis());
        self.attempts.push(i32::try_from(pending.attempts).unwrap_or(i32::MAX));
        self.failures.push(i32::try_from(pending.failures).unwrap_or(i32::MAX));
        self.due.push(pending.due.map(Timestamp::as_millis));
        self.last_error.push(pending.last_error.as_deref().map(rows::text));
        let parked = parked.as_ref();
        self.reason.push(parked.map(|parked| parked.why.reason.as_str()));
        self.detail.push(parked.map(|parked| rows::text(&parked.why.detail)));
        self.at.push(parked.map(|parked| parked.at.as_millis()));
        self.unsent.push(parked.is_some_and(|parked| parked.unsent));
    }

    fn columns(&self) -> Vec<Param<'_>> {
        let before: [Param<'_>; 10] = [
            (&self.dated, Type::INT8_ARRAY),
            (&self.arrived, Type::INT8_ARRAY),
            (&self.attempts, Type::INT4_ARRAY),
            (&self.failures, Type::INT4_ARRAY),
            (&self.due, Type::INT8_ARRAY),
            (&self.last_error, Type::TEXT_ARRAY),
            (&self.reason, Type::TEXT_ARRAY),
            (&self.detail, Type::TEXT_ARRAY),
            (&self.at, Type::INT8_ARRAY),
            (&self.unsent, Type::BOOL_ARRAY),
        ];
        self.events.columns().into_iter().chain(before).collect()
    }
}
