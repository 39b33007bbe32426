//! Answers that are one versioned resource: a product or an order.

use rocket::http::Header;
use serde::Serialize;

use crate::platform::{IfNoneMatch, Json, etag};

pub trait Resource: Serialize {
    fn version(&self) -> i64;

    /// Where it is.
    fn path(&self) -> String;
}

/// The answer that shows the resource, or that the client has it.
#[derive(Responder)]
pub enum Entity<T> {
    Shown(Json<T>, Header<'static>),
    /// By an operation whose path is not the resource's own.
    Changed(Json<T>, Header<'static>, Header<'static>),
    #[response(status = 201)]
    Created(Json<T>, Header<'static>, Header<'static>),
    #[response(status = 304)]
    Known((), Header<'static>),
}

impl<T: Resource> Entity<T> {
    pub fn shown(resource: T) -> Self {
        let tag = tag(&resource);
        Self::Shown(Json(resource), tag)
    }

    pub fn unless(known: &IfNoneMatch, resource: T) -> Self {
        if known.names(resource.version()) { Self::Known((), tag(&resource)) } else { Self::shown(resource) }
    }

    pub fn changed(resource: T) -> Self {
        let (tag, place) = (tag(&resource), Header::new("Content-Location", resource.path()));
        Self::Changed(Json(resource), tag, place)
    }

    pub fn created(resource: T) -> Self {
        let (tag, place) = (tag(&resource), Header::new("Location", resource.path()));
        Self::Created(Json(resource), tag, place)
    }
}

fn tag(resource: &impl Resource) -> Header<'static> {
    Header::new("ETag", etag(resource.version()))
}
