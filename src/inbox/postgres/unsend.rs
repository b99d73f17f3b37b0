//! What an unsend wipes.

use std::borrow::Cow;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::core::Core;
use super::pool::Param;
use super::rows;
use crate::inbox::InboxError;
use crate::inbox::key::ChannelNo;
use crate::inbox::unsent::UNSENT_DETAIL;
use crate::line::MessageId;

/// A message that was unsent.
pub(super) struct Unsend {
    pub(super) channel: ChannelNo,
    pub(super) message: MessageId,
    /// Its chat's lane; with an unsend that names no chat the message may be in any.
    pub(super) lane: Option<Uuid>,
}

/// Remembers that messages are gone. Before anything is wiped: a message that is on its way in at this very moment is
/// then either found by [`WIPE`], or finds this when it is claimed.
const REMEMBER: &str = "
INSERT INTO $S.unsent (at, channel, message_id)
SELECT clock.now, i.channel, i.message_id
FROM (SELECT $S.now_ms() AS now, set_config('synchronous_commit', 'on', true)) AS clock,
    (SELECT DISTINCT channel, message_id FROM unnest($1::smallint[], $2::text[]) AS i(channel, message_id)) AS i
ORDER BY i.channel, i.message_id
ON CONFLICT (channel, message_id) DO UPDATE SET at = excluded.at
";

/// Wipes what is here of messages: events, and what was sent for them. An event in hand goes too: its lane stays held,
/// without a head. What was counted and said of a head goes with it. A lane that is not in hand gets another fence, so
/// that a claim which began before does not hand out what it still saw.
const WIPE: &str = "
WITH clock AS MATERIALIZED (SELECT $S.now_ms() AS now, set_config('synchronous_commit', 'on', true)),
input AS MATERIALIZED (
    SELECT i.* FROM clock, unnest($1::smallint[], $2::text[], $3::uuid[]) AS i(channel, message_id, lane)),
about AS MATERIALIZED (
    SELECT e.lane, e.seq FROM input i JOIN $S.event e
        ON e.lane = i.lane AND e.channel = i.channel AND e.message_id = i.message_id
    UNION
    SELECT e.lane, e.seq FROM input i JOIN $S.event e
        ON e.channel = i.channel AND e.message_id = i.message_id
    WHERE i.lane IS NULL),
mine AS MATERIALIZED (
    SELECT l.id, l.count, l.held, l.head FROM $S.lane l WHERE l.id IN (SELECT lane FROM about) ORDER BY l.id FOR UPDATE),
gone AS (
    DELETE FROM $S.event e USING about a, mine m
    WHERE e.lane = a.lane AND e.seq = a.seq AND m.id = a.lane RETURNING e.lane, e.seq),
forgotten AS (DELETE FROM $S.journal j USING gone WHERE j.seq = gone.seq),
fewer AS (
    SELECT g.lane, count(*)::integer AS count, bool_or(g.seq = m.head) IS TRUE AS headless
    FROM gone g JOIN mine m ON m.id = g.lane GROUP BY g.lane),
shorter AS (
    UPDATE $S.lane l SET count = l.count - f.count,
        fence = CASE WHEN l.held AND l.ready > clock.now THEN l.fence ELSE nextval('$S.fence') END,
        ready = CASE WHEN f.headless AND NOT l.held THEN clock.now ELSE l.ready END,
        head = CASE WHEN NOT f.headless THEN l.head END,
        due = CASE WHEN NOT f.headless THEN l.due END,
        attempts = CASE WHEN f.headless THEN 0 ELSE l.attempts END,
        failures = CASE WHEN f.headless THEN 0 ELSE l.failures END,
        last_error = CASE WHEN NOT f.headless THEN l.last_error END
    FROM clock, fewer f JOIN mine m ON m.id = f.lane
    WHERE l.id = f.lane AND (m.held OR m.count > f.count)),
ended AS (
    DELETE FROM $S.lane l USING fewer f JOIN mine m ON m.id = f.lane
    WHERE l.id = f.lane AND NOT m.held AND m.count <= f.count)
SELECT count(*) FROM gone
";

/// What is parked, whose error texts may quote the message, goes after that: a settle that held the chat may have parked
/// it while [`WIPE`] waited for its lane.
const EMPTY: &str = "
WITH clock AS MATERIALIZED (SELECT set_config('synchronous_commit', 'on', true)),
input AS MATERIALIZED (SELECT i.* FROM clock, unnest($1::smallint[], $2::text[]) AS i(channel, message_id))
UPDATE $S.parked p SET json = '', unsent = true, last_error = NULL, detail = $3
FROM input i WHERE p.channel = i.channel AND p.message_id = i.message_id
";

impl Core {
    /// Remembers that messages were unsent: from here on nobody is handed one.
    pub(super) async fn remember(&self, unsends: &[Unsend]) -> Result<(), InboxError> {
        let (channels, messages) = names(unsends);
        let which: [Param<'_>; 2] = [(&channels, Type::INT2_ARRAY), (&messages, Type::TEXT_ARRAY)];
        self.run(REMEMBER, &which).await.map(drop)
    }

    /// Wipes messages that are remembered as unsent. Not before this has returned is LINE told 200.
    pub(super) async fn wipe(&self, unsends: &[Unsend]) -> Result<(), InboxError> {
        let (channels, messages) = names(unsends);
        let lanes: Vec<Option<Uuid>> = unsends.iter().map(|unsend| unsend.lane).collect();
        let [channels, messages]: [Param<'_>; 2] =
            [(&channels, Type::INT2_ARRAY), (&messages, Type::TEXT_ARRAY)];
        let lanes = (&lanes as _, Type::UUID_ARRAY);
        let rows = self.run(WIPE, &[channels.clone(), messages.clone(), lanes]).await?;
        self.count_pending(-rows.first().map_or(0, |row| row.get::<_, i64>(0)));
        self.run(EMPTY, &[channels, messages, (&UNSENT_DETAIL, Type::TEXT)]).await?;
        Ok(())
    }
}

/// The columns that name messages.
fn names(unsends: &[Unsend]) -> (Vec<i16>, Vec<Cow<'_, str>>) {
    let channel = |unsend: &Unsend| i16::try_from(unsend.channel).unwrap_or(i16::MAX);
    unsends.iter().map(|unsend| (channel(unsend), rows::text(unsend.message.as_str()))).unzip()
}
