//! The HTTP server: hyper's connections, each request handed to Rocket.
//!
//! Rocket's own server reads the first bytes of every body before any guard, so that neither a 401 nor a 413 comes before
//! them; hangs up on clients that close their sending half; drops header lines that are no UTF-8; and waits the whole of
//! `shutdown.grace` if any connection is open, be it idle (see the README). It cannot be told otherwise, and no other
//! listener can be given to it, so that this takes its place with Rocket's public way to dispatch a request in process.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{Either, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderValue, TRANSFER_ENCODING};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rocket::futures::stream::BoxStream;
use rocket::futures::{StreamExt, TryStreamExt};
use rocket::http::uri::Origin;
use rocket::http::{Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use tokio::net::{TcpListener, TcpSocket, lookup_host};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::io::ReaderStream;
use tracing::{debug, info, warn};

use crate::platform::body::Upload;

const HEAD_BYTES: usize = 32 << 10;
const HEAD_SECONDS: Duration = Duration::from_secs(30);
/// The kernel buffers no more of an answer, so that the pace of a slow reader is seen.
const SEND_BYTES: u32 = 128 << 10;
const PIECE_BYTES: usize = 16 << 10;
/// What requests that run at SIGTERM have to end; the process has ten seconds.
const GRACE: Duration = Duration::from_secs(7);

type Answer = Either<Full<Bytes>, StreamBody<BoxStream<'static, io::Result<Frame<Bytes>>>>>;

/// Serves until SIGTERM or SIGINT, then lets what runs come to its end.
pub async fn serve(client: Client, host: &str, port: u16) -> io::Result<()> {
    // It lives as long as the process, and answers that are still being read borrow from it.
    let client: &'static Client = Box::leak(Box::new(client));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = bind(host, port).await?;
    info!(address = %listener.local_addr()?, "listening");
    let mut http = http1::Builder::new();
    http.half_close(true).max_buf_size(HEAD_BYTES).timer(TokioTimer::new()).header_read_timeout(HEAD_SECONDS);
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                let service = service_fn(move |request| answer(client, request));
                let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        debug!(%error, "a connection broke");
                    }
                });
            }
            Err(error) => {
                warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await; // out of file descriptors, say
            }
        }
    }
    drop(listener);
    client.rocket().shutdown().notify(); // event streams end themselves
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        warn!("connections that did not end in time are cut off");
    }
    Ok(())
}

async fn bind(host: &str, port: u16) -> io::Result<TcpListener> {
    let address = lookup_host((host, port)).await?.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BYTES)?; // accepted connections inherit it
    socket.bind(address)?;
    socket.listen(1024)
}

async fn answer(client: &'static Client, request: Request<Incoming>) -> Result<Response<Answer>, Infallible> {
    let Some(method) = method(request.method()) else {
        return Ok(refusal(StatusCode::NOT_IMPLEMENTED));
    };
    let codings: Vec<_> = request.headers().get_all(TRANSFER_ENCODING).iter().collect();
    let hosts = request.headers().get_all(HOST).iter().count();
    // hyper reads chunks behind any other coding, too.
    if codings.len() > 1
        || codings.iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked"))
        || hosts > 1
        || (hosts == 0 && request.version() == Version::HTTP_11)
    {
        return Ok(refusal(StatusCode::BAD_REQUEST));
    }
    let (in_chunks, version) = (!codings.is_empty(), request.version());
    let (head, body) = request.into_parts();
    let mut local = client.req(method, target(&head.uri));
    for (name, value) in &head.headers {
        // Bytes above 0x7F become the characters of Latin-1: a String must hold them somehow.
        let text: String = value.as_bytes().iter().copied().map(char::from).collect();
        local.add_header(Header::new(name.as_str().to_owned(), text));
    }
    let upload = Arc::new(Upload::of(body));
    local.local_cache(|| upload.clone());
    // A task of its own: the work goes on when the client has left.
    let dispatched = tokio::spawn(async move { local.dispatch().await });
    let Ok(response) = dispatched.await else {
        return Ok(refusal(StatusCode::INTERNAL_SERVER_ERROR));
    };
    let mut answer = converted(response).await;
    // What was not read, or could be counted in another way by a proxy, is never taken for the next request. And to a client
    // of HTTP/1.0 the end of the connection is that of an answer whose size nobody knows.
    let endless = version == Version::HTTP_10 && !answer.headers().contains_key(CONTENT_LENGTH);
    if in_chunks || endless || !upload.is_read() {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        *answer.version_mut() = version; // to an answer of 1.1 hyper would add `keep-alive` for a client of 1.0
    }
    Ok(answer)
}

/// Rocket reads methods in any case; HTTP does not.
fn method(method: &Method) -> Option<rocket::http::Method> {
    method.as_str().parse().ok().filter(|parsed: &rocket::http::Method| parsed.as_str() == method.as_str())
}

/// The path and the query, with what hyper lets pass and Rocket does not percent-encoded.
fn target(uri: &hyper::Uri) -> Origin<'static> {
    const STRANGE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
    const STRANGE_IN_PATHS: &AsciiSet = &STRANGE.add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    let mut text = utf8_percent_encode(uri.path(), STRANGE_IN_PATHS).to_string();
    if let Some(query) = uri.query() {
        text.push('?');
        text.extend(utf8_percent_encode(query, STRANGE));
    }
    Origin::parse_owned(text).unwrap_or(Origin::ROOT)
}

/// What no router sees.
fn refusal(status: StatusCode) -> Response<Answer> {
    let mut response = Response::new(Either::Left(Full::default()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Rocket's answer as hyper's. One whose size is known goes out in one piece.
async fn converted(response: LocalResponse<'static>) -> Response<Answer> {
    let mut builder = Response::builder().status(response.status().code);
    for header in response.headers().iter() {
        builder = builder.header(header.name().as_str(), header.value());
    }
    let size = response.body().preset_size();
    if let Some(size) = size.filter(|_| !matches!(response.status(), Status::NoContent | Status::NotModified)) {
        builder = builder.header(CONTENT_LENGTH, size);
    }
    let body = if response.body().is_none() || size.is_some() {
        Either::Left(response.into_bytes().await.map(|bytes| Full::new(bytes.into())).unwrap_or_default())
    } else {
        let pieces = ReaderStream::with_capacity(response, PIECE_BYTES).map_ok(Frame::data);
        Either::Right(StreamBody::new(pieces.boxed()))
    };
    builder.body(body).unwrap_or_else(|_| refusal(StatusCode::INTERNAL_SERVER_ERROR))
}
