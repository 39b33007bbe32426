//! Answers that are one versioned resource: a product or an order.

use std::io::Cursor;

use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder, Response};
use serde::Serialize;

use crate::platform::{IfNoneMatch, etag};

pub trait Resource: Serialize {
    fn version(&self) -> i64;

    /// Where it is.
    fn path(&self) -> String;
}

/// The answer that shows the resource.
pub struct Entity<T> {
    resource: T,
    status: Status,
    place: Option<Header<'static>>,
}

impl<T: Resource> Entity<T> {
    pub fn new(resource: T) -> Self {
        Self { resource, status: Status::Ok, place: None }
    }

    pub fn created(resource: T) -> Self {
        let place = Some(Header::new("Location", resource.path()));
        Self { resource, status: Status::Created, place }
    }

    /// The answer of an operation whose path is not the resource's own.
    pub fn changed(resource: T) -> Self {
        let place = Some(Header::new("Content-Location", resource.path()));
        Self { resource, status: Status::Ok, place }
    }

    /// Only if the client does not have it.
    #[must_use]
    pub fn unless(mut self, known: &IfNoneMatch) -> Self {
        if known.names(self.resource.version()) {
            self.status = Status::NotModified;
        }
        self
    }
}

impl<'r, T: Resource> Responder<'r, 'static> for Entity<T> {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response.status(self.status).raw_header("ETag", etag(self.resource.version()));
        if self.status != Status::NotModified {
            let body = serde_json::to_vec(&self.resource).map_err(|_| Status::InternalServerError)?;
            response.header(ContentType::JSON).sized_body(body.len(), Cursor::new(body));
        }
        if let Some(place) = self.place {
            response.header(place);
        }
        response.ok()
    }
}
