//! Lists that LINE gives page by page: awaiting one asks for a page, [`Paged::stream`] goes on to the end.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};

use super::call::{Call, Reading, add_query};
use super::{Answer, Client, ClientError, Endpoint, Request, Until};
use crate::line::InvalidField;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it; may be short or empty although more follows.
    pub items: Vec<T>,
    /// Where the next page starts, for [`Paged::from`]; none on the last one. Valid for 24 hours where LINE says so.
    pub next: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn new(items: Vec<T>, next: Option<String>) -> Self {
        // An empty one leads nowhere.
        Self { items, next: next.filter(|next| !next.is_empty()) }
    }
}

/// A list that is ready to be asked for: awaiting it asks for one page, [`stream`](Self::stream) for all that follow.
#[must_use = "awaiting it asks for a page"]
pub struct Paged<T> {
    client: Client,
    request: Result<Request, ClientError>,
    /// The query's parameter that says where a page starts: `start` or `page`.
    cursor: &'static str,
    from: Option<String>,
    until: Until,
    reading: Reading<Page<T>>,
}

impl<T> Paged<T> {
    /// The list at `endpoint`, whose parameter `cursor` says where a page starts.
    pub(crate) fn new(
        client: &Client,
        endpoint: &'static Endpoint,
        ids: &[&str],
        cursor: &'static str,
        reading: Reading<Page<T>>,
    ) -> Self {
        let request = super::call::request(endpoint, ids);
        Self { client: client.clone(), request, cursor, from: None, until: Until::default(), reading }
    }

    /// With one more parameter in its query.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        if let Ok(request) = &mut self.request {
            add_query(request, name, value);
        }
        self
    }

    /// Refused before it is sent, when `outcome` is an error.
    pub(crate) fn check(mut self, outcome: Result<(), InvalidField>) -> Self {
        if let (Err(problem), Ok(request)) = (outcome, &self.request) {
            self.request = Err(ClientError::invalid(request.endpoint.name, problem));
        }
        self
    }

    /// Starts at the page that [`Page::next`] named.
    pub fn from(mut self, next: impl Into<String>) -> Self {
        self.from = Some(next.into());
        self
    }

    /// Limits in time, for each page.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// The request for the first page, checked and unsent.
    ///
    /// # Errors
    /// LINE would refuse it.
    pub fn into_request(self) -> Result<Request, ClientError> {
        let mut request = self.request?;
        if let Some(from) = &self.from {
            add_query(&mut request, self.cursor, from);
        }
        Ok(request)
    }

    fn call(self) -> Call<Page<T>> {
        let (client, until, reading) = (self.client.clone(), self.until, self.reading);
        Call::of(&client, self.into_request(), reading).until(until)
    }
}

impl<T: Send + 'static> Paged<T> {
    /// Everything from the first page on; the next page is asked for when the last one is used up. Ends with the first
    /// error.
    pub fn stream(self) -> BoxStream<'static, Result<T, ClientError>> {
        let Self { client, request, cursor, from, until, reading } = self;
        let request = match request {
            Ok(request) => request,
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        let pages = stream::try_unfold(Some(from), move |from| {
            let list = from.map(|from| Self {
                client: client.clone(),
                request: Ok(request.clone()),
                cursor,
                from,
                until,
                reading,
            });
            async move {
                let Some(list) = list else { return Ok(None) };
                let Page { items, next } = list.call().await?.value;
                Ok(Some((stream::iter(items.into_iter().map(Ok)), next.map(Some))))
            }
        });
        pages.try_flatten().boxed()
    }
}

impl<T: Send + 'static> IntoFuture for Paged<T> {
    type Output = Result<Answer<Page<T>>, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.call().send())
    }
}

/// Whether `limit` is 1 to `max` things a page.
pub(crate) fn check_limit(limit: u16, max: u16) -> Result<(), InvalidField> {
    if (1..=max).contains(&limit) {
        return Ok(());
    }
    let problem = format!("{limit}, 1 to {max} are allowed").into();
    Err(InvalidField { field: "limit".to_owned(), problem })
}
