//! What actix-http leaves open about connections: the size of heads, and four kinds of answers.

use std::io;

use actix_web::body::{BodySize, BodyStream, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode, Version};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse};
use futures_util::stream;

const LARGEST_HEAD: usize = 32 << 10;

/// Refuses heads that actix-http still takes, up to 128 KiB.
pub async fn bound_head<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let fields = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    if request.uri().path().len() + fields.sum::<usize>() <= LARGEST_HEAD {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    let mut refusal = HttpResponse::build(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    Ok(request.into_response(refusal.force_close().finish()).map_into_right_body())
}

/// Frames an answer by the request that it belongs to; actix-http looks at the one that came last.
pub async fn frame<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BodyStream<stream::Empty<io::Result<Bytes>>>>>, Error> {
    let is_head = request.method() == Method::HEAD;
    let is_old = request.version() < Version::HTTP_11;
    let closes = request.head().upgrade(); // to nothing: there is no other protocol here
    let mut response = next.call(request).await?;
    let size = response.response().body().size();
    let head = response.response_mut().head_mut();
    if closes || is_old && size == BodySize::Stream {
        head.set_connection_type(ConnectionType::Close);
    }
    if is_old || is_head {
        head.no_chunking(true);
    }
    if !is_head {
        return Ok(response.map_body(|_, body| EitherBody::left(body)));
    }
    if let BodySize::Sized(length) = size {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    // With another request behind it, actix-http would send the body of a HEAD.
    Ok(response.map_body(|_, _| EitherBody::right(BodyStream::new(stream::empty()))))
}
