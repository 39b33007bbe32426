use std::time::Duration;

use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::http::Header;
use rocket::request::{FromRequest, Outcome};
use rocket::response::stream::{Event, EventStream};
use rocket::{Request, Shutdown, State};
use uuid::Uuid;

use crate::events::Ping;
use crate::events::hub::{Hub, Topic};
use crate::platform::problem::{INVALID_HEADER, judged};
use crate::platform::{Caller, Db, Parameters, Problem, Query, Result, matches, only, pattern};
use crate::schema::events;

const BATCH: u16 = 500;
const POLL: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_secs(2);

pattern!(TOPIC, r"\A(stock|orders)\z");
pattern!(EVENT_ID, r"\A[0-9]{1,18}\z");

#[derive(FromForm)]
struct TopicQuery<'v> {
    #[field(validate = matches(&TOPIC))]
    topic: &'v str,
}

impl Parameters for TopicQuery<'_> {
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
        judged(request, Self::of(request))
    }
}

impl Following {
    fn of(request: &Request<'_>) -> Result<Self> {
        // 401 comes before anything else about the query.
        let private = request.query_fields().any(|field| field.name == "topic" && field.value == "orders");
        let caller = private.then(|| Caller::of(request)).transpose()?;
        let Query(TopicQuery { topic }) = Query::of(request)?;
        let last = match only(request, "Last-Event-ID").map_err(|_| INVALID_HEADER)? {
            Some(text) => Some(text.parse().ok().filter(|_| EVENT_ID.is_match(text)).ok_or(INVALID_HEADER)?),
            None => None,
        };
        let owner = caller.filter(|caller| !caller.is_admin()).map(|caller| caller.id);
        Ok(Self { topic: if topic == "stock" { Topic::Stock } else { Topic::Orders }, owner, last })
    }
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
) -> Result<Stream<EventStream![]>> {
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

async fn newest(db: &Db) -> Result<i64> {
    let newest: Option<i64> = events::table.select(max(events::id)).first(&mut db.get().await?).await?;
    Ok(newest.unwrap_or_default())
}

/// A connection is held only meanwhile.
async fn read(db: &Db, following: &Following, last: i64) -> Result<Vec<(i64, String, String)>> {
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
