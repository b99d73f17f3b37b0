//! The tables in PostgreSQL, and how an older schema becomes a newer one. Forwards only.
//!
//! Every statement names the schema, never relies on `search_path`: behind a pooler a session belongs to nobody.

/// Stands for the schema's quoted name in every statement.
pub(super) const SCHEMA: &str = "$S";

/// Each brings the schema from the version of its place to the next.
pub(super) const MIGRATIONS: [&str; 1] = [V1];

pub(super) const VERSION: i32 = MIGRATIONS.len() as i32;

/// What must be there before anything can be locked: one row, which is the lock of all migrations.
pub(super) const META: &str = "
CREATE TABLE IF NOT EXISTS $S.meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version integer NOT NULL);
INSERT INTO $S.meta (version) VALUES (0) ON CONFLICT DO NOTHING;
";

/// - `now_ms()`: the one clock of all replicas, in milliseconds since the Unix epoch. All times below are its.
/// - `seen`: every id, as its channel and the 16 bytes of [`IdKey`](crate::inbox::key::IdKey). `at` is only there when
///   the time inside the key does not tell how long to remember it. Only ever appended to and swept.
/// - `event`: what waits or is in hand; never updated but for its `arrived`. `replayed`: it may have a journal from
///   before. Found by its lane.
/// - `lane`: one row for each chat that has events, or is held.
///   - `count` is how many events it has. Decisions rest on it, not on a look at `event`: it is the one thing
///     that a statement which waited for the row sees as it now is.
///   - `ready`: from when on it may be claimed. That is when its turn came, or when the next attempt is due, or, while
///     it is `held`, when the lease ends. So a lease that ran out needs nobody to end it.
///   - `turn`: who goes first among lanes of the same `ready`.
///   - `fence`, `holder`: of the last claim. The fence grows with every claim of whichever lane.
///   - `head`: the event that `attempts`, `failures`, `due` and `last_error` are about; none while what is in hand was
///     unsent.
///   - `came`: when its oldest event came, near enough for a gauge.
/// - `parked`, `journal`, `unsent`: as their names say.
/// - `replica`: when each replica last proved that it can commit.
const V1: &str = "
CREATE FUNCTION $S.now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint';
CREATE SEQUENCE $S.arrival;
CREATE SEQUENCE $S.fence;
CREATE TABLE $S.channel (no smallint PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE $S.seen (
    at bigint, id uuid NOT NULL, channel smallint NOT NULL,
    PRIMARY KEY (channel, id));
CREATE INDEX seen_at ON $S.seen (at) WHERE at IS NOT NULL;
CREATE TABLE $S.event (
    lane uuid NOT NULL, seq bigint NOT NULL, timestamp bigint, arrived bigint NOT NULL, came bigint NOT NULL,
    key uuid NOT NULL, channel smallint NOT NULL, chat_kind smallint, redelivered boolean NOT NULL,
    replayed boolean NOT NULL DEFAULT false, destination text NOT NULL, id text NOT NULL, kind text NOT NULL, chat text,
    message_id text, json bytea NOT NULL,
    PRIMARY KEY (lane, seq));
CREATE TABLE $S.lane (
    id uuid PRIMARY KEY, ready bigint NOT NULL, turn bigint NOT NULL, came bigint NOT NULL,
    fence bigint NOT NULL DEFAULT 0, head bigint, due bigint, holder uuid, count integer NOT NULL,
    attempts integer NOT NULL DEFAULT 0, failures integer NOT NULL DEFAULT 0, held boolean NOT NULL DEFAULT false,
    last_error text) WITH (fillfactor = 80);
CREATE INDEX lane_waiting ON $S.lane (ready, turn) WHERE NOT held;
CREATE INDEX lane_held ON $S.lane (ready, turn) WHERE held;
CREATE TABLE $S.parked (
    seq bigint PRIMARY KEY, lane uuid NOT NULL, timestamp bigint, arrived bigint NOT NULL, key uuid NOT NULL,
    channel smallint NOT NULL, chat_kind smallint, redelivered boolean NOT NULL, destination text NOT NULL,
    id text NOT NULL, kind text NOT NULL, chat text, message_id text, json bytea NOT NULL, unsent boolean NOT NULL,
    attempts integer NOT NULL, last_error text, reason text NOT NULL, detail text NOT NULL, at bigint NOT NULL,
    UNIQUE (channel, key));
CREATE INDEX parked_message ON $S.parked (channel, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX parked_at ON $S.parked (at, reason);
CREATE TABLE $S.journal (
    seq bigint NOT NULL, noted bigint NOT NULL, part integer NOT NULL, route smallint NOT NULL, key bytea NOT NULL,
    hash bytea NOT NULL, result text,
    PRIMARY KEY (seq, key, part, route)) WITH (fillfactor = 70);
CREATE TABLE $S.unsent (
    at bigint NOT NULL, channel smallint NOT NULL, message_id text NOT NULL,
    PRIMARY KEY (channel, message_id));
CREATE INDEX unsent_at ON $S.unsent (at);
CREATE TABLE $S.replica (id uuid PRIMARY KEY, at bigint NOT NULL);
ALTER TABLE $S.event SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.0, autovacuum_analyze_threshold = 20000);
ALTER TABLE $S.lane SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.0, autovacuum_analyze_threshold = 20000);
ALTER TABLE $S.journal SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.0, autovacuum_analyze_threshold = 20000);
ALTER TABLE $S.seen SET (autovacuum_vacuum_insert_scale_factor = 0.05);
";
