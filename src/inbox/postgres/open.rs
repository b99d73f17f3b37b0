//! The first connection: waits for a database that is only starting, and brings the schema to this version, under a lock,
//! forwards only.

use std::time::Duration;

use deadpool_postgres::Object;
use tokio::time::Instant;
use tokio_postgres::error::SqlState;

use super::core::Core;
use super::pool::Db;
use super::problem;
use super::schema::{META, MIGRATIONS, VERSION};
use crate::inbox::InboxError;

/// Servers that start at the same moment may each find that something is missing, and all but one fail to make it.
const RIVALS: u32 = 20;

/// How long a database that does not answer is waited for: it may start beside this server, or a failover be under way.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks whether it is there.
const PAUSE: Duration = Duration::from_millis(500);

/// What is in the way of opening.
pub(super) struct Obstacle {
    pub(super) error: InboxError,
    /// It may go by itself; else somebody has to do something.
    pub(super) passes: bool,
}

impl Core {
    /// Connects and brings the schema to this version. What may pass by itself is waited for.
    ///
    /// # Errors
    /// [`InboxError::Open`]: what is wrong and what to do.
    pub(super) async fn open(&self) -> Result<(), InboxError> {
        let patience_ends = Instant::now() + PATIENCE;
        let mut told = None;
        loop {
            let Err(Obstacle { error, passes }) = self.try_open().await else { break };
            let problem = self.db.problem(error);
            if !passes {
                return Err(self.not_open(problem));
            }
            if Instant::now() + PAUSE > patience_ends {
                return Err(self.not_open(format!("{problem}; waited {PATIENCE:?} for it")));
            }
            if told.as_ref() != Some(&problem) {
                let url = self.db.shown();
                tracing::warn!(url, problem, "waiting for the database of the inbox, at most {PATIENCE:?}");
                told = Some(problem);
            }
            tokio::time::sleep(PAUSE).await;
        }
        if told.is_some() {
            tracing::info!("the database of the inbox is there");
        }
        Ok(())
    }

    fn not_open(&self, problem: String) -> InboxError {
        InboxError::Open { url: self.db.shown().to_owned(), problem }
    }

    async fn try_open(&self) -> Result<(), Obstacle> {
        self.migrate().await?;
        // It was there a moment ago.
        self.load_channels().await.map_err(|error| Obstacle { error, passes: true })
    }

    /// Makes the schema if it is missing, and brings an older one to this version. Others that start at the same time
    /// wait for it.
    async fn migrate(&self) -> Result<(), Obstacle> {
        let mut client = self.db.first_client().await?;
        self.check_encoding(&client).await?;
        self.prepare(&client).await?;
        let found = self.bring_up_to_date(&mut client).await.map_err(|error| self.obstacle(&error))?;
        if found > VERSION {
            let error = InboxError::Unavailable(format!(
                "its schema {} has version {found}, this server knows {VERSION}: a newer server was here; run that \
                 one, or give this one a schema of its own (INBOX_SCHEMA)",
                self.db.schema()
            ));
            return Err(Obstacle { error, passes: false });
        }
        Ok(())
    }

    fn obstacle(&self, error: &tokio_postgres::Error) -> Obstacle {
        Obstacle { error: self.db.explain(error), passes: problem::passes(error) }
    }

    /// An error may quote anything; in an encoding that lacks one of its characters, it would fail all that goes with it.
    async fn check_encoding(&self, client: &Object) -> Result<(), Obstacle> {
        let rows = client.query_typed("SELECT current_setting('server_encoding')", &[]).await;
        let rows = rows.map_err(|error| self.obstacle(&error))?;
        match rows.first().map_or("", |row| row.get(0)) {
            "UTF8" | "SQL_ASCII" => Ok(()),
            other => Err(Obstacle {
                error: InboxError::Unavailable(format!(
                    "its encoding is {other}, which lacks characters that chats have; make a database with UTF8 \
                     (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0) and name that one in INBOX_URL"
                )),
                passes: false,
            }),
        }
    }

    /// What must be there before anything can be locked.
    async fn prepare(&self, client: &Object) -> Result<(), Obstacle> {
        let mut tried = 0;
        loop {
            let Err(error) = make(&self.db, client).await else { return Ok(()) };
            tried += 1;
            // A table is also a type, which is there a moment before: a duplicate object.
            let rival = [
                SqlState::UNIQUE_VIOLATION,
                SqlState::DUPLICATE_TABLE,
                SqlState::DUPLICATE_SCHEMA,
                SqlState::DUPLICATE_OBJECT,
            ];
            if tried > RIVALS || !error.code().is_some_and(|code| rival.contains(code)) {
                return Err(self.obstacle(&error));
            }
        }
    }

    /// Everything or nothing. Returns the version that was found.
    async fn bring_up_to_date(&self, client: &mut Object) -> Result<i32, tokio_postgres::Error> {
        let tx = client.transaction().await?;
        let lock = self.db.sql("SELECT version FROM $S.meta WHERE one FOR UPDATE");
        let rows = tx.query_typed(&lock, &[]).await?;
        let found: i32 = rows.first().map_or(0, |row| row.get(0));
        let known = usize::try_from(found).unwrap_or(0);
        if known < MIGRATIONS.len() {
            for step in MIGRATIONS.iter().skip(known) {
                tx.batch_execute(&self.db.sql(step)).await?;
            }
            tx.batch_execute(&self.db.sql(&format!("UPDATE $S.meta SET version = {VERSION}"))).await?;
        }
        tx.commit().await?;
        Ok(found)
    }
}

/// Nothing is asked for that is there: a role that may use the schema need not be allowed to make one.
async fn make(db: &Db, client: &Object) -> Result<(), tokio_postgres::Error> {
    if is_missing(client, &db.sql("SELECT to_regnamespace('$S') IS NULL")).await? {
        client.batch_execute(&db.sql("CREATE SCHEMA $S")).await?;
    }
    if is_missing(client, &db.sql("SELECT to_regclass('$S.meta') IS NULL")).await? {
        client.batch_execute(&db.sql(META)).await?;
    }
    Ok(())
}

async fn is_missing(client: &Object, question: &str) -> Result<bool, tokio_postgres::Error> {
    Ok(client.query_typed(question, &[]).await?.first().is_some_and(|row| row.get(0)))
}
