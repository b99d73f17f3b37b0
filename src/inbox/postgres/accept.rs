//! Storing the events of webhooks: one statement for all that wait, and the insert is the duplicate check.

use std::collections::{HashMap, HashSet};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use super::columns::{Events, Values};
use super::core::Core;
use super::crowd::{Asked, fail};
use super::pool::Param;
use super::rows;
use super::unsend::Unsend;
use crate::clock::Now;
use crate::inbox::key::{ChannelNo, IdKey};
use crate::inbox::pending::own_date;
use crate::inbox::{Acceptance, Accepted, Delivery, InboxError, TOKEN_RESTART_MAX};
use crate::line::{MessageId, RawEvent};

/// A webhook and when it came.
pub(super) type Accept = (Delivery, Now);

type Door = Asked<Accept, Accepted>;

/// Events of one statement: their places are the lower bits of their `seq`.
const PLACES: usize = (1 << 20) - 1;
/// What other replicas store is counted so often.
const COUNT_EVERY: Duration = Duration::from_secs(1);
/// Bytes of JSON after which a statement takes no more webhooks.
const WEIGHT_MAX: usize = 4 << 20;

/// `seen` is written in the order of its keys and `lane` in that of its ids, so that two statements which want the same
/// rows wait for each other in one direction only. What `seen` did not know is stored; a message whose unsend came
/// first is not.
const ACCEPT: &str = "
WITH clock AS MATERIALIZED (
    SELECT $S.now_ms() AS now, nextval('$S.arrival') << 20 AS base,
        set_config('synchronous_commit', 'on', true)),
input AS MATERIALIZED (
    SELECT i.*, clock.base + i.place AS seq, clock.now FROM clock, unnest(
        $1::smallint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::smallint[], $6::boolean[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::text[], $12::bytea[], $13::boolean[], $14::boolean[])
    WITH ORDINALITY AS i(channel, key, lane, timestamp, chat_kind, redelivered, destination, id, kind, chat,
        message_id, json, dated, gone, place)),
fresh AS (
    INSERT INTO $S.seen (at, id, channel)
    SELECT CASE WHEN dated THEN now END, key, channel FROM input ORDER BY channel, key
    ON CONFLICT DO NOTHING RETURNING channel, id),
stored AS (
    INSERT INTO $S.event (lane, seq, timestamp, arrived, came, key, channel, chat_kind, redelivered, destination, id,
        kind, chat, message_id, json)
    SELECT i.lane, i.seq, i.timestamp, i.now, i.now, i.key, i.channel, i.chat_kind, i.redelivered, i.destination,
        i.id, i.kind, i.chat, i.message_id, i.json
    FROM input i JOIN fresh f ON f.channel = i.channel AND f.id = i.key
    WHERE NOT i.gone AND NOT EXISTS (
        SELECT FROM $S.unsent u WHERE u.channel = i.channel AND u.message_id = i.message_id)
    RETURNING lane, seq, channel, key, came),
line AS (
    INSERT INTO $S.lane (id, ready, turn, came, count)
    SELECT lane, min(came), min(seq), min(came), count(*) FROM stored GROUP BY lane ORDER BY lane
    ON CONFLICT (id) DO UPDATE SET count = lane.count + excluded.count)
SELECT (SELECT array_agg(seq & 1048575) FROM stored),
    CASE WHEN (SELECT count(*) FROM fresh) > (SELECT count(*) FROM stored) THEN (
        SELECT array_agg(i.place) FROM input i JOIN fresh f ON f.channel = i.channel AND f.id = i.key) END
";

/// A duplicate that still waits arrives anew: its reply token lives another minute, unless it is too old for that.
///
/// It is written in any case. The first delivery may have been answered 503 because a standby did not confirm its commit:
/// it is here and not there. The duplicate is answered 200, so *its* commit must have been confirmed, and with it all that
/// came before. Whatever is no longer waiting was claimed by such a commit.
const RESTART: &str = "
WITH clock AS MATERIALIZED (SELECT $S.now_ms() AS now, set_config('synchronous_commit', 'on', true))
UPDATE $S.event e SET arrived =
    CASE WHEN e.timestamp IS NULL OR clock.now - e.timestamp <= $4 THEN clock.now ELSE e.arrived END
FROM clock, unnest($1::uuid[], $2::smallint[], $3::uuid[]) AS i(lane, channel, key)
WHERE e.lane = i.lane AND e.channel = i.channel AND e.key = i.key
";

const PENDING: &str = "SELECT coalesce(sum(count), 0)::bigint FROM $S.lane";

const KNOWN: &str = "
SELECT i.channel, i.key FROM unnest($1::smallint[], $2::uuid[]) AS i(channel, key)
WHERE EXISTS (SELECT FROM $S.seen s WHERE s.channel = i.channel AND s.id = i.key)
";

impl Core {
    /// Answers a crowd of webhooks.
    pub(super) async fn accept(&self, crowd: Vec<Door>) {
        let mut crowd = crowd.into_iter().filter(|asked| !asked.is_abandoned()).peekable();
        while crowd.peek().is_some() {
            let (mut some, mut weight) = (Vec::new(), 0);
            while weight < WEIGHT_MAX
                && let Some(asked) = crowd.next()
            {
                weight += asked.question.0.events.iter().map(|raw| raw.json.len()).sum::<usize>();
                some.push(asked);
            }
            self.accept_together(some).await;
        }
    }

    async fn accept_together(&self, crowd: Vec<Door>) {
        let (admitted, late) = match self.admit(crowd).await {
            Ok(parted) => parted,
            Err((crowd, error)) => return fail(crowd, &error),
        };
        let (questions, doors): (Vec<_>, Vec<_>) = admitted.into_iter().map(Asked::split).unzip();
        match self.store(questions).await {
            Ok(accepted) => doors.into_iter().zip(accepted).for_each(|(door, accepted)| {
                door.answer(Ok(accepted));
            }),
            Err(error) => fail(doors, &error),
        }
        for asked in late {
            let answer = self.accept_if_known(&asked.question).await;
            asked.answer(answer);
        }
    }

    /// Parts those for whom there is room from those that are late. Counts anew before anybody is.
    async fn admit(&self, crowd: Vec<Door>) -> Result<(Vec<Door>, Vec<Door>), (Vec<Door>, InboxError)> {
        let coming: usize = crowd.iter().map(|asked| asked.question.0.events.len()).sum();
        let near = self.known_pending().saturating_add(coming as u64) > self.max_pending;
        if (near || self.counted_long_ago())
            && let Err(error) = self.recount().await
        {
            return Err((crowd, error));
        }
        let mut pending = self.known_pending();
        Ok(crowd.into_iter().partition(|asked| {
            let room = pending < self.max_pending;
            if room {
                pending = pending.saturating_add(asked.question.0.events.len() as u64);
            }
            room
        }))
    }

    fn known_pending(&self) -> u64 {
        rows::uint(self.pending.load(Ordering::Relaxed))
    }

    /// Whether other replicas may have changed much since the last count.
    fn counted_long_ago(&self) -> bool {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.is_none_or(|counted| counted.elapsed() > COUNT_EVERY)
    }

    async fn recount(&self) -> Result<(), InboxError> {
        let rows = self.run(PENDING, &[]).await?;
        let pending = rows.first().map_or(0, |row| row.get(0));
        self.pending.store(pending, Ordering::Relaxed);
        *self.counted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Ok(())
    }

    /// A full inbox takes nothing new, but knows what it has.
    async fn accept_if_known(&self, (delivery, now): &Accept) -> Result<Accepted, InboxError> {
        let channel = self.number(&delivery.channel).await?;
        let mut load = Load::default();
        load.add(delivery, channel, *now, &HashSet::new())?;
        let columns: [Param<'_>; 2] =
            [(&load.events.channel, Type::INT2_ARRAY), (&load.events.key, Type::UUID_ARRAY)];
        let known = self.run(KNOWN, &columns).await?.len();
        if known < load.events.len() {
            return Err(InboxError::Full { pending: self.known_pending(), max: self.max_pending });
        }
        self.restart(&load, &(0..load.events.len()).collect::<Vec<_>>()).await?;
        Ok(Accepted { events: vec![Acceptance::Duplicate; delivery.events.len()] })
    }

    /// Stores them all in one statement.
    async fn store(&self, accepts: Vec<Accept>) -> Result<Vec<Accepted>, InboxError> {
        let mut numbers = Vec::with_capacity(accepts.len());
        for (delivery, _) in &accepts {
            numbers.push(self.number(&delivery.channel).await?);
        }
        let mut load = Load::default();
        let unsends = unsends(&accepts, &numbers);
        let named: HashSet<_> = unsends.iter().map(|unsend| (unsend.channel, &unsend.message)).collect();
        let mut places = Vec::with_capacity(accepts.len());
        for ((delivery, now), channel) in accepts.iter().zip(&numbers) {
            places.push(load.add(delivery, *channel, *now, &named)?);
        }
        if load.events.len() == 0 {
            return Ok(accepts.iter().map(|_| Accepted::default()).collect());
        }
        if !unsends.is_empty() {
            // First: who stops right after the insert has not told LINE 200, and nobody may come to wipe.
            self.remember(&unsends).await?;
        }
        let fates = self.insert(&load).await?;
        if !unsends.is_empty() {
            self.wipe(&unsends).await?;
        }
        let again: Vec<usize> =
            (0..fates.len()).filter(|place| fates[*place] == Acceptance::Duplicate).collect();
        if !again.is_empty() {
            self.restart(&load, &again).await?;
        }
        Ok(places.into_iter().map(|places| accepted(&places, &fates)).collect())
    }

    async fn insert(&self, load: &Load<'_>) -> Result<Vec<Acceptance>, InboxError> {
        let rows = self.run(ACCEPT, &load.columns()).await?;
        let mut fates = vec![Acceptance::Duplicate; load.events.len()];
        let Some(row) = rows.first() else { return Ok(fates) };
        // Places are counted from 1. Those that were new but not stored are only told if there are any.
        for place in array::<i64>(row, 1)? {
            let place = usize::try_from(place - 1).unwrap_or(usize::MAX);
            if let Some(fate) = fates.get_mut(place) {
                *fate = if load.wiped.contains(&place) { Acceptance::New } else { Acceptance::Unsent };
            }
        }
        let stored = array::<i64>(row, 0)?;
        for place in &stored {
            let place = usize::try_from(place - 1).unwrap_or(usize::MAX);
            if let Some(fate) = fates.get_mut(place) {
                *fate = Acceptance::New;
            }
        }
        if !stored.is_empty() {
            self.count_pending(i64::try_from(stored.len()).unwrap_or(i64::MAX));
            self.stir.stored();
        }
        Ok(fates)
    }

    async fn restart(&self, load: &Load<'_>, places: &[usize]) -> Result<(), InboxError> {
        let lanes: Vec<Uuid> = places.iter().map(|place| load.events.lane[*place]).collect();
        let channels: Vec<i16> = places.iter().map(|place| load.events.channel[*place]).collect();
        let keys: Vec<Uuid> = places.iter().map(|place| load.events.key[*place]).collect();
        let oldest = i64::try_from(TOKEN_RESTART_MAX.as_millis()).unwrap_or(i64::MAX);
        let columns: [Param<'_>; 4] = [
            (&lanes, Type::UUID_ARRAY),
            (&channels, Type::INT2_ARRAY),
            (&keys, Type::UUID_ARRAY),
            (&oldest, Type::INT8),
        ];
        self.run(RESTART, &columns).await.map(drop)
    }
}

fn array<'a, T: FromSql<'a>>(row: &'a tokio_postgres::Row, at: usize) -> Result<Vec<T>, InboxError> {
    row.try_get::<_, Option<Vec<T>>>(at)
        .map(Option::unwrap_or_default)
        .map_err(|error| InboxError::Unavailable(error.to_string()))
}

/// What is told of one webhook: where each of its events stands in the statement, and whether it was there before.
fn accepted(places: &[(usize, bool)], fates: &[Acceptance]) -> Accepted {
    let fate = |(place, again): &(usize, bool)| {
        if *again {
            Acceptance::Duplicate
        } else {
            fates.get(*place).copied().unwrap_or(Acceptance::Duplicate)
        }
    };
    Accepted { events: places.iter().map(fate).collect() }
}

/// The messages that this crowd unsends.
fn unsends(accepts: &[Accept], numbers: &[ChannelNo]) -> Vec<Unsend> {
    let mut unsends = Vec::new();
    for ((delivery, _), channel) in accepts.iter().zip(numbers) {
        for raw in &delivery.events {
            if let Some(message) = &raw.unsends {
                let key = IdKey::new(*channel, raw.id.as_str());
                let lane = raw.chat.as_ref().map(|chat| rows::lane(&key, &delivery.destination, Some(chat)));
                unsends.push(Unsend { channel: *channel, message: message.clone(), lane });
            }
        }
    }
    unsends
}

/// What goes in one statement.
#[derive(Default)]
struct Load<'a> {
    places: HashMap<IdKey, usize>,
    /// Messages that came before their unsend.
    wiped: HashSet<usize>,
    events: Events<'a>,
    dated: Vec<bool>,
    gone: Vec<bool>,
}

impl<'a> Load<'a> {
    /// Adds a webhook's events; says where each stands, and whether it had been added before. A message that an
    /// unsend of this statement names is not stored: told as new if it came before that, for so it would have been.
    fn add(
        &mut self,
        delivery: &'a Delivery,
        channel: ChannelNo,
        now: Now,
        unsent: &HashSet<(ChannelNo, &MessageId)>,
    ) -> Result<Vec<(usize, bool)>, InboxError> {
        let mut places = Vec::with_capacity(delivery.events.len());
        let mut unsent_before = HashSet::new();
        for raw in &delivery.events {
            let key = IdKey::new(channel, raw.id.as_str());
            if let Some(place) = self.places.get(&key) {
                places.push((*place, true));
                continue;
            }
            let place = self.events.len();
            if place >= PLACES {
                return Err(InboxError::Unavailable(format!("more than {PLACES} events at once")));
            }
            let gone = raw.message_id.as_ref().is_some_and(|message| unsent.contains(&(channel, message)));
            if gone && raw.message_id.as_ref().is_some_and(|message| !unsent_before.contains(message)) {
                self.wiped.insert(place);
            }
            unsent_before.extend(raw.unsends.as_ref());
            self.places.insert(key, place);
            places.push((place, false));
            self.push(delivery, raw, &key, gone, now);
        }
        Ok(places)
    }

    fn push(&mut self, delivery: &'a Delivery, raw: &'a RawEvent, key: &IdKey, gone: bool, now: Now) {
        self.events.push(
            key,
            &Values {
                destination: &delivery.destination,
                id: &raw.id,
                kind: &raw.kind,
                chat: raw.chat.as_ref(),
                timestamp: raw.timestamp,
                redelivered: raw.redelivery,
                message_id: raw.message_id.as_ref(),
                json: &raw.json,
            },
        );
        self.dated.push(own_date(key, now.wall).is_none());
        self.gone.push(gone);
    }

    fn columns(&self) -> Vec<Param<'_>> {
        let mut columns = Vec::from(self.events.columns());
        columns.extend([(&self.dated as _, Type::BOOL_ARRAY), (&self.gone as _, Type::BOOL_ARRAY)]);
        columns
    }
}
