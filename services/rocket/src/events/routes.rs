use std::time::Duration;

use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::{self, FromFormField, ValueField};
use rocket::http::Header;
use rocket::request::{FromRequest, Outcome};
use rocket::response::stream::{Event, EventStream};
use rocket::{FromForm, Request, Responder, Shutdown, State, get};
use uuid::Uuid;

use crate::events::Ping;
use crate::events::hub::{Hub, Topic};
use crate::platform::auth::Caller;
use crate::platform::database::Db;
use crate::platform::headers::only;
use crate::platform::problem::{INVALID_HEADER, Problem};
use crate::platform::query::{Parameters, Query, format_error};
use crate::schema::events;

const BATCH: u16 = 500;
const POLL: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_secs(2);

impl<'v> FromFormField<'v> for Topic {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == field.value).ok_or_else(format_error)
    }
}

#[derive(FromForm)]
struct TopicQuery {
    topic: Topic,
}

impl Parameters for TopicQuery {
    const NAMES: &'static [&'static str] = &["topic"];
}

/// What one client follows.
pub struct Following {
    topic: Topic,
    /// Of the orders; none for all.
    owner: Option<Uuid>,
    /// The id of the last event that the client has.
    last: Option<i64>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Following {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        // 401 comes before anything else about the query.
        let private = request.query_fields().any(|field| field.name == "topic" && field.value == "orders");
        let caller = if private {
            match Caller::from_request(request).await {
                Outcome::Success(caller) => Some(caller),
                Outcome::Error(refused) => return Outcome::Error(refused),
                Outcome::Forward(status) => return Outcome::Forward(status),
            }
        } else {
            None
        };
        let topic = match Query::<TopicQuery>::from_request(request).await {
            Outcome::Success(Query(TopicQuery { topic })) => topic,
            Outcome::Error(refused) => return Outcome::Error(refused),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        let last = match last_event_id(request) {
            Ok(last) => last,
            Err(problem) => return problem.refuse(request),
        };
        let owner = caller.filter(|caller| !caller.is_admin()).map(|caller| caller.id);
        Outcome::Success(Self { topic, owner, last })
    }
}

fn last_event_id(request: &Request<'_>) -> Result<Option<i64>, Problem> {
    let Some(text) = only(request, "Last-Event-ID").map_err(|_| INVALID_HEADER)? else {
        return Ok(None);
    };
    let digits = matches!(text.len(), 1..=18) && text.bytes().all(|byte| byte.is_ascii_digit());
    Ok(Some(text.parse().ok().filter(|_| digits).ok_or(INVALID_HEADER)?))
}

/// A proxy must not hold the stream back.
#[derive(Responder)]
pub struct Stream<S> {
    events: S,
    buffering: Header<'static>,
}

#[get("/events")]
pub async fn stream_events(
    following: Following,
    hub: &State<Hub>,
    ping: &State<Ping>,
    db: &State<Db>,
    mut shutdown: Shutdown,
) -> Result<Stream<EventStream![]>, Problem> {
    let mut subscription = hub.subscribe(following.topic).await?;
    let mut last = match following.last {
        Some(last) => last,
        None => newest(db).await?,
    };
    let db = Db::clone(db);
    let events = EventStream! {
        yield Event::retry(RETRY);
        loop {
            match read(&db, &following, last).await {
                Ok(rows) => {
                    let full = rows.len() == usize::from(BATCH);
                    for (id, kind, data) in rows {
                        last = id;
                        yield Event::data(data).event(kind).id(id.to_string());
                    }
                    if full {
                        continue;
                    }
                }
                Err(_) => break, // the client resumes
            }
            let goes_on = tokio::select! {
                goes_on = subscription.hint(POLL) => goes_on,
                () = &mut shutdown => false,
            };
            if !goes_on {
                break;
            }
        }
    };
    Ok(Stream { events: events.heartbeat(ping.0), buffering: Header::new("X-Accel-Buffering", "no") })
}

async fn newest(db: &Db) -> Result<i64, Problem> {
    let newest: Option<i64> = events::table.select(max(events::id)).first(&mut db.get().await?).await?;
    Ok(newest.unwrap_or_default())
}

/// A connection is held only meanwhile.
async fn read(db: &Db, following: &Following, last: i64) -> Result<Vec<(i64, String, String)>, Problem> {
    let mut rows = events::table
        .filter(events::topic.eq(following.topic.name()))
        .filter(events::id.gt(last))
        .select((events::id, events::type_, events::data))
        .order(events::id)
        .limit(BATCH.into())
        .into_boxed::<Pg>();
    if let Some(owner) = following.owner {
        rows = rows.filter(events::user_id.eq(owner));
    }
    Ok(rows.load(&mut db.get().await?).await?)
}
