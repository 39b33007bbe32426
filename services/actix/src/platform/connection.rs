//! What actix-http leaves open about connections: how much may come between two answers, and four kinds of answers.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BodyStream, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode, Version};
use actix_web::middleware::Next;
use actix_web::rt::net::{ActixStream, Ready, TcpStream};
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse};
use futures_util::stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What of a refused body is waited for: a client, or a balancer, that is still sending would miss its answer.
const LINGERING: usize = 16 << 20;
/// Six times the body of a request, which may come in chunks of one byte, and room for heads and trailers.
const BETWEEN_ANSWERS: usize = 512 << 10;
const LARGEST_HEAD: usize = 32 << 10;

/// How many bytes a client may still send before the next byte of an answer. actix-http has no bound of its own for
/// trailers and the extensions of chunks.
#[derive(Clone)]
pub struct Allowance(Rc<[Cell<usize>; 2]>);

impl Allowance {
    fn new() -> Self {
        Self(Rc::new([Cell::new(BETWEEN_ANSWERS), Cell::new(BETWEEN_ANSWERS)]))
    }

    /// Until the next answer, for a route that takes more.
    pub fn raise(&self, bytes: usize) {
        self.0[0].set(self.0[0].get().max(bytes));
    }

    /// After the next answer, which is the last one: actix-http throws away what the client still sends.
    fn linger(&self, bytes: usize) {
        self.0[1].set(bytes);
    }

    fn answered(&self) {
        self.0[0].set(self.0[1].replace(BETWEEN_ANSWERS));
    }

    /// Whether there was room for so many bytes.
    fn take(&self, bytes: usize) -> bool {
        let left = self.0[0].get().checked_sub(bytes);
        self.0[0].set(left.unwrap_or(0));
        left.is_some()
    }
}

/// A TCP connection that ends when the allowance is used up.
pub struct Metered {
    stream: TcpStream,
    pub allowance: Allowance,
}

impl Metered {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, allowance: Allowance::new() }
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if self.allowance.take(buffer.filled().len() - before) {
            polled
        } else {
            Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
        }
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.allowance.answered();
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl ActixStream for Metered {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, context)
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, context)
    }
}

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
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let allowance = request.conn_data::<Allowance>().cloned();
    let mut response = next.call(request).await?;
    let size = response.response().body().size();
    let refused = response.status().is_client_error();
    let head = response.response_mut().head_mut();
    if let Some(allowance) = allowance.filter(|_| refused && announced > Some(BETWEEN_ANSWERS)) {
        head.set_connection_type(ConnectionType::Close);
        allowance.linger(LINGERING);
    }
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
