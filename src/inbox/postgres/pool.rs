//! The connections: how many, for how long, and what is done when one fails. One statement is one transaction.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Client, Connect, Manager, Object, Pool, PoolError, Runtime, TimeoutType, Timeouts};
use scopeguard::ScopeGuard;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Config, Error, Row};

use super::Settings;
use super::connect::Road;
use super::meters::Meters;
use super::open::Obstacle;
use super::problem::{self, Kind};
use super::schema::SCHEMA;
use super::url::{self, Address};
use crate::inbox::InboxError;

/// A value and its type: a statement is sent with its types, in one round trip also where it is not prepared.
pub type Param<'a> = (&'a (dyn ToSql + Sync), Type);

/// How often a statement that lost to others is run in all.
const RUNS: u32 = 6;
/// The longest pause before the second run; doubled each time.
const PAUSE: Duration = Duration::from_millis(5);
/// How long a server that turned out to be read-only is left alone.
const READ_ONLY_PAUSE: Duration = Duration::from_millis(250);
/// How long the statements of a [`Db::batch`] may take together: they change a schema.
const BATCH: Duration = Duration::from_secs(60);

/// A database that may go away and come back.
pub struct Db {
    pool: Pool,
    road: Arc<Road>,
    schema: String,
    timeout: Duration,
    prepare: bool,
    away: Away,
    meters: Meters,
}

/// While there is no connection at all, one caller at a time tries to make one; the others are told at once what the
/// last one met.
#[derive(Default)]
struct Away {
    why: Mutex<Option<Arc<str>>>,
    /// The same, to be asked without a lock.
    is: AtomicBool,
    turn: tokio::sync::Mutex<()>,
    /// The last that was heard of the server is that it may only be read.
    read_only: AtomicBool,
    /// Nobody tries before.
    again: Mutex<Option<Instant>>,
}

impl Away {
    fn set(&self, why: Option<&str>) {
        if why.is_some() || self.is.load(Relaxed) {
            *self.why.lock().unwrap_or_else(PoisonError::into_inner) = why.map(Arc::from);
            self.is.store(why.is_some(), Relaxed);
        }
    }

    /// The same for a server that takes connections and nothing else: to try it is a connection each time. After the
    /// first time it is tried at once, for a connection from before a failover may lead to another server than a new one.
    fn set_read_only(&self, why: &str) {
        if self.read_only.swap(true, Relaxed) {
            self.set(Some(why));
            *self.again.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(Instant::now() + READ_ONLY_PAUSE);
        }
    }

    /// A statement was carried out.
    fn works(&self) {
        if self.read_only.load(Relaxed) {
            self.read_only.store(false, Relaxed);
        }
    }

    /// Whether it is too early to try again.
    fn rests(&self) -> bool {
        let again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        again.is_some_and(|again| Instant::now() < again)
    }

    fn why(&self) -> Option<Arc<str>> {
        self.why.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What the pool makes connections with.
struct Opener(Arc<Road>);

type Opened = Result<(tokio_postgres::Client, JoinHandle<()>), Error>;

impl Connect for Opener {
    fn connect(&self, _: &Config) -> Pin<Box<dyn Future<Output = Opened> + Send + '_>> {
        Box::pin(async {
            let (client, connection) = self.0.connect().await?;
            let driven = tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!("a connection to PostgreSQL ended: {}", problem::explain(&error));
                }
            });
            Ok((client, driven))
        })
    }
}

/// What is to be done on a connection.
#[derive(Clone, Copy)]
enum Work<'a> {
    Statement(&'a str, &'a [Param<'a>]),
    Batch(&'a str),
}

impl Work<'_> {
    async fn run_on(self, client: &Client, prepare: bool) -> Result<Vec<Row>, Error> {
        match self {
            Self::Statement(statement, params) if prepare => {
                let (values, types): (Vec<_>, Vec<_>) = params.iter().cloned().unzip();
                let prepared = client.prepare_typed_cached(statement, &types).await?;
                client.query(&prepared, &values).await
            }
            Self::Statement(statement, params) => client.query_typed(statement, params).await,
            Self::Batch(statements) => client.batch_execute(statements).await.map(|()| Vec::new()),
        }
    }
}

/// Nobody waits for the statement on this connection any more: it is stopped and the connection thrown away, or the next
/// caller would have to wait for its end.
fn abandon(client: Client, road: Arc<Road>) {
    let client = Object::take(client);
    // Without a runtime the process ends, and its connections with it.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move { road.cancel(&client).await });
    }
}

impl Db {
    /// Sets up the connections; opens none.
    pub fn new(url: &str, settings: &Settings) -> Result<Self, InboxError> {
        let open_error =
            |problem| InboxError::Open { url: url::shown(url), problem: format!("it {problem}") };
        let address = Address::parse(url).map_err(open_error)?;
        let road = Arc::new(Road::new(&address, settings).map_err(open_error)?);
        // The road knows where to; the pool need not, nor the password.
        let manager = Manager::from_connect(Config::new(), Opener(Arc::clone(&road)), Default::default());
        let timeouts = Timeouts { wait: None, create: Some(road.limit), recycle: None };
        let pool = Pool::builder(manager)
            .runtime(Runtime::Tokio1)
            .max_size(settings.pool_size)
            .queue_mode(deadpool_postgres::QueueMode::Lifo)
            .timeouts(timeouts)
            .build()
            .map_err(|error| open_error(format!("cannot have connections: {error}")))?;
        Ok(Self {
            pool,
            road,
            schema: format!("\"{}\"", settings.schema),
            timeout: settings.timeout,
            prepare: settings.prepare,
            away: Away::default(),
            meters: Meters::default(),
        })
    }

    /// A statement with the schema's name in its place.
    pub fn sql(&self, statement: &str) -> String {
        statement.replace(SCHEMA, &self.schema)
    }

    /// The schema's quoted name.
    pub(super) fn schema(&self) -> &str {
        &self.schema
    }

    /// The URL, without its password.
    pub(super) fn shown(&self) -> &str {
        &self.road.shown
    }

    /// Runs one statement, which is a transaction of its own. `statement` has the schema's name already. One that
    /// lost a deadlock or a serialization is run again.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]: whether it took effect is unknown.
    pub async fn query(&self, statement: &str, params: &[Param<'_>]) -> Result<Vec<Row>, InboxError> {
        self.query_within(self.timeout, statement, params).await
    }

    /// The same for one that may take longer. Waiting for a connection is part of it.
    pub async fn query_within(
        &self,
        limit: Duration,
        statement: &str,
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, InboxError> {
        self.within(limit, Work::Statement(statement, params)).await
    }

    /// Runs statements without parameters in one transaction.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]: whether they took effect is unknown.
    pub async fn batch(&self, statements: &str) -> Result<(), InboxError> {
        self.within(BATCH, Work::Batch(statements)).await.map(drop)
    }

    /// The first connection, for more than one statement. Nobody measures how long they take.
    pub(super) async fn first_client(&self) -> Result<Client, Obstacle> {
        self.pool.get().await.map_err(|error| {
            let passes = match &error {
                PoolError::Backend(error) => problem::passes(error),
                _ => true,
            };
            Obstacle { error: self.unavailable(&self.not_connected(error)), passes }
        })
    }

    /// What an error of this database says, without the database's name.
    pub(super) fn problem(&self, error: InboxError) -> String {
        match error {
            InboxError::Unavailable(why) => {
                let named = format!("{}: ", self.shown());
                why.strip_prefix(&named).map(str::to_owned).unwrap_or(why)
            }
            other => other.to_string(),
        }
    }

    /// What is wrong and what to do.
    pub(super) fn explain(&self, error: &Error) -> InboxError {
        self.unavailable(&problem::explain(error))
    }

    async fn within(&self, limit: Duration, work: Work<'_>) -> Result<Vec<Row>, InboxError> {
        self.meters.connections(|| self.pool.status());
        // Whether it was a connection or an answer that did not come.
        let asked = AtomicBool::new(false);
        match tokio::time::timeout(limit, self.run(&asked, work)).await {
            Ok(done) => done,
            Err(_) => {
                self.meters.failure(Kind::Slow);
                Err(self.unavailable(&self.too_slow(limit, asked.into_inner())))
            }
        }
    }

    async fn run(&self, asked: &AtomicBool, work: Work<'_>) -> Result<Vec<Row>, InboxError> {
        let mut runs = 1;
        loop {
            let client = self.hold().await?;
            asked.store(true, Relaxed);
            let busy = scopeguard::guard(client, |client| abandon(client, Arc::clone(&self.road)));
            let done = work.run_on(&busy, self.prepare).await;
            let client = ScopeGuard::into_inner(busy);
            let error = match done {
                Ok(rows) => {
                    self.away.works();
                    return Ok(rows);
                }
                Err(error) => error,
            };
            let kind = self.failed(&error);
            if !kind.spares_connection() {
                drop(Object::take(client));
            }
            if kind != Kind::Conflict || runs == RUNS {
                return Err(self.explain(&error));
            }
            tokio::time::sleep(PAUSE.mul_f32(fastrand::f32()) * (1 << (runs - 1))).await;
            runs += 1;
        }
    }

    fn failed(&self, error: &Error) -> Kind {
        let kind = Kind::of(error);
        self.meters.failure(kind);
        if kind.dooms_all() {
            self.pool.retain(|_, _| false);
        }
        if kind == Kind::ReadOnly
            && let InboxError::Unavailable(why) = self.explain(error)
        {
            self.away.set_read_only(&why);
        }
        kind
    }

    async fn hold(&self) -> Result<Client, InboxError> {
        if !self.away.is.load(Relaxed) || self.pool.status().size > 0 {
            return self.get().await;
        }
        let turn = if self.away.rests() { None } else { self.away.turn.try_lock().ok() };
        let Some(_turn) = turn else {
            // None: it has just come back.
            return match self.away.why() {
                Some(why) => Err(InboxError::Unavailable(why.to_string())),
                None => self.get().await,
            };
        };
        self.get().await
    }

    async fn get(&self) -> Result<Client, InboxError> {
        match self.pool.get().await {
            Ok(client) => {
                self.away.set(None);
                Ok(client)
            }
            Err(error) => {
                let error = self.unavailable(&self.not_connected(error));
                if let InboxError::Unavailable(text) = &error {
                    self.away.set(Some(text));
                }
                Err(error)
            }
        }
    }

    /// Counts a connection that could not be had, and says why.
    fn not_connected(&self, error: PoolError) -> String {
        match error {
            PoolError::Backend(error) => {
                self.failed(&error);
                problem::explain(&error)
            }
            PoolError::Timeout(TimeoutType::Create) => {
                self.meters.failure(Kind::Away);
                format!(
                    "there was no connection within {:?}; check the network, and whether it is PostgreSQL that answers",
                    self.road.limit
                )
            }
            error => error.to_string(),
        }
    }

    fn unavailable(&self, problem: &str) -> InboxError {
        InboxError::Unavailable(format!("{}: {problem}", self.shown()))
    }

    fn too_slow(&self, limit: Duration, asked: bool) -> String {
        if asked {
            return format!(
                "no answer within {limit:?}; the database is overloaded, a lock is held there (pg_stat_activity), or \
                 the network is cut"
            );
        }
        let max = self.pool.status().max_size;
        format!(
            "none of the {max} connections came free within {limit:?}; the database is slow, or INBOX_POOL_SIZE is too \
             small for the load"
        )
    }
}
