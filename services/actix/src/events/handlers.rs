use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use actix_web_lab::sse::{self, Sse};
use async_stream::stream;
use futures_util::Stream;
use regex::Regex;
use serde::Deserialize;
use sqlx::PgPool;
use tokio::time::timeout;
use uuid::Uuid;
use validator::Validate;

use super::hub::{Hub, Topic};
use crate::platform::auth::Caller;
use crate::platform::query::Query;
use crate::platform::{Problem, Result};

const BATCH: i64 = 500;
/// A hint may get lost.
const POLL: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_secs(2);

static EVENT_ID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\A[0-9]{1,18}\z").expect("the pattern is constant"));

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct StreamEvents {
    topic: Topic,
}

/// What one client follows.
struct Subject {
    topic: Topic,
    /// Of the orders; `None` is everybody.
    owner: Option<Uuid>,
}

struct Event {
    id: i64,
    r#type: String,
    data: String,
}

pub async fn stream_events(request: HttpRequest, pool: web::Data<PgPool>, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let subject = subject(&request)?;
    let resumed = last_event_id(&request)?;
    if request.method() == Method::HEAD {
        return Ok(head(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/event-stream")).finish()));
    }
    hub.listening().await?; // before the position is read, or what is told between the two would be lost
    let last = match resumed {
        Some(last) => last,
        None => newest(&pool).await?,
    };
    let ping = hub.ping;
    let events = Sse::from_stream(follow(pool, hub, subject, last)).with_keep_alive(ping).with_retry_duration(RETRY);
    Ok(head(events.respond_to(&request)))
}

fn head(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    headers.remove(CONTENT_ENCODING);
    response
}

/// The token that a topic needs comes before everything else about the query.
fn subject(request: &HttpRequest) -> Result<Subject> {
    let query = request.query_string();
    let orders = form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "topic" && value == "orders");
    let caller = if orders { Some(Caller::of(request)?) } else { None };
    let topic = Query::<StreamEvents>::read(query)?.params.topic;
    Ok(Subject { topic, owner: caller.filter(|caller| !caller.is_admin()).map(|caller| caller.id) })
}

fn last_event_id(request: &HttpRequest) -> Result<Option<i64>> {
    let mut lines = request.headers().get_all("last-event-id");
    let Some(line) = lines.next() else { return Ok(None) };
    let id = line.to_str().ok().filter(|id| EVENT_ID.is_match(id) && lines.next().is_none());
    id.and_then(|id| id.parse().ok()).map(Some).ok_or(Problem::InvalidHeader)
}

async fn newest(pool: &PgPool) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT coalesce(max(id), 0) AS "id!" FROM events"#).fetch_one(pool).await?)
}

/// All events after `last`, without end. It holds a connection of the pool only while it reads.
fn follow(
    pool: web::Data<PgPool>,
    hub: web::Data<Hub>,
    subject: Subject,
    mut last: i64,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let mut hints = hub.subscribe(subject.topic);
    stream! {
        loop {
            hints.mark_unchanged();
            loop {
                // Without its database a stream ends; clients resume.
                let Ok(events) = read(&pool, &subject, last).await else { return };
                let full = events.len() as i64 == BATCH;
                for event in events {
                    last = event.id;
                    yield Ok(sse::Data::new(event.data).id(event.id.to_string()).event(event.r#type).into());
                }
                if !full {
                    break;
                }
            }
            tokio::select! {
                () = hub.closed() => return,
                _ = timeout(POLL, hints.changed()) => {}
            }
        }
    }
}

async fn read(pool: &PgPool, subject: &Subject, last: i64) -> sqlx::Result<Vec<Event>> {
    match (subject.topic, subject.owner) {
        (Topic::Orders, Some(owner)) => {
            sqlx::query_as!(
                Event,
                "SELECT id, type, data FROM events WHERE topic = 'orders' AND user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                owner,
                last,
                BATCH,
            )
            .fetch_all(pool)
            .await
        }
        (topic, _) => {
            let topic = if topic == Topic::Stock { "stock" } else { "orders" };
            sqlx::query_as!(
                Event,
                "SELECT id, type, data FROM events WHERE topic = $1 AND id > $2 ORDER BY id LIMIT $3",
                topic,
                last,
                BATCH,
            )
            .fetch_all(pool)
            .await
        }
    }
}
