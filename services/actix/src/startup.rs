//! Wiring: what there is, and the life of the process.

use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, ErrorHandlerResponse, ErrorHandlers, Next, from_fn};
use actix_web::{App, HttpServer, ResponseError, web};
use anyhow::{Context, anyhow};
use futures_util::FutureExt;
use sqlx::PgPool;
use tokio::signal::unix::{SignalKind, signal};
use tracing_actix_web::TracingLogger;

use crate::accounts::passwords::Passwords;
use crate::bulk::ExportSlots;
use crate::configuration::{MigrateSettings, ServeSettings};
use crate::events::hub::Hub;
use crate::platform::auth::Tokens;
use crate::platform::cursor::Cursors;
use crate::platform::metrics::{self, Metrics};
use crate::platform::{Problem, connection, database, path};
use crate::telemetry::RequestSpan;
use crate::{accounts, admin, bulk, carts, catalog, checkout, events, ops, orders, webhooks};

/// Of the ten seconds that a stop may take.
const SHUTDOWN_SECONDS: u64 = 8;
/// What the kernel takes for a client that does not read. By default megabytes: a slow reader would look like one that has stopped.
const SEND_BUFFER: usize = 64 << 10;

/// What the workers share. A pool is not among it: a connection belongs to the runtime that opened it, and each worker is one.
#[derive(Clone)]
pub struct Shared {
    tokens: web::Data<Tokens>,
    cursors: web::Data<Cursors>,
    webhook_key: web::Data<webhooks::Key>,
    passwords: web::Data<Passwords>,
    metrics: web::Data<Metrics>,
    pub hub: web::Data<Hub>,
}

impl Shared {
    pub fn new(settings: &ServeSettings) -> anyhow::Result<Self> {
        Ok(Self {
            tokens: web::Data::new(Tokens::new(&settings.jwt_secret)),
            cursors: web::Data::new(Cursors::new(&settings.cursor_secret)),
            webhook_key: web::Data::new(webhooks::Key::new(&settings.webhook_key)),
            passwords: web::Data::new(Passwords::default()),
            metrics: web::Data::new(Metrics::new()?),
            hub: web::Data::new(Hub::new(settings.ping)),
        })
    }
}

/// All routes and what they need. Resources, not `App::route`: only they answer 405 with `Allow`.
fn configure(shared: Shared, pool: PgPool) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config
            .app_data(web::Data::new(ExportSlots::new(pool.options().get_max_connections())))
            .app_data(web::Data::new(pool))
            .app_data(shared.tokens)
            .app_data(shared.cursors)
            .app_data(shared.webhook_key)
            .app_data(shared.passwords)
            .app_data(shared.hub)
            .app_data(shared.metrics)
            .app_data(path::config())
            .configure(ops::configure)
            .configure(catalog::configure)
            .configure(accounts::configure)
            .configure(carts::configure)
            .configure(checkout::configure)
            .configure(orders::configure)
            .configure(bulk::configure) // before admin: /admin/products/import is no sku
            .configure(admin::configure)
            .configure(webhooks::configure)
            .configure(events::configure)
            .default_service(web::to(async || -> Result<&'static str, Problem> { Err(Problem::NotFound) }));
    }
}

/// The service without its listener; tests call it too.
pub fn app(
    shared: Shared,
    pool: PgPool,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .configure(configure(shared, pool))
        .wrap(ErrorHandlers::new().handler(StatusCode::METHOD_NOT_ALLOWED, explain_method))
        .wrap(from_fn(catch_panic))
        .wrap(DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")))
        .wrap(from_fn(metrics::observe))
        .wrap(from_fn(connection::frame))
        .wrap(from_fn(connection::bound_head))
        .wrap(TracingLogger::<RequestSpan>::new())
}

pub async fn migrate(settings: MigrateSettings) -> anyhow::Result<()> {
    let pool = database::pool(settings.database, 1);
    sqlx::migrate!().run(&pool).await.context("migrations")?;
    accounts::ensure_admin(&pool, settings.admin_email, settings.admin_password).await
}

pub async fn serve(settings: ServeSettings) -> anyhow::Result<()> {
    let shared = Shared::new(&settings)?;
    let hub = shared.hub.clone();
    let listener = listen(&settings)?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let listening = actix_web::rt::spawn(hub.clone().into_inner().listen(settings.database.clone()));
    let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stopping = async move {
        tokio::select! { _ = terminated.recv() => {}, _ = interrupted.recv() => {} }
        hub.close(); // event streams end first: the server would wait for them
    };
    let cores = std::thread::available_parallelism()?.get();
    let workers = cores.min(settings.pool_size as usize);
    let pool_size = settings.pool_size / u32::try_from(workers)?;
    let app = move || app(shared.clone(), database::pool(settings.database.clone(), pool_size));
    HttpServer::new(app)
        .workers(workers)
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(2))
        .keep_alive(Duration::from_secs(75))
        .tcp_nodelay(true)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .shutdown_signal(stopping)
        .listen(listener)?
        .run()
        .await?;
    listening.await?;
    Ok(())
}

fn listen(settings: &ServeSettings) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind((settings.host.as_str(), settings.port)).context("HOST, PORT")?;
    socket2::SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER)?; // accepted sockets inherit it
    Ok(listener)
}

/// actix-web's own 405 knows `Allow` but has no body.
#[expect(clippy::unnecessary_wraps, reason = "what ErrorHandlers calls")]
fn explain_method<B>(response: ServiceResponse<B>) -> actix_web::Result<ErrorHandlerResponse<B>> {
    let (request, response) = response.into_parts();
    let mut problem = Problem::MethodNotAllowed.error_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    Ok(ErrorHandlerResponse::Response(ServiceResponse::new(request, problem).map_into_right_body()))
}

/// actix-web itself would drop the connection.
async fn catch_panic(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> actix_web::Result<ServiceResponse<impl MessageBody>> {
    let result = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    result.unwrap_or_else(|_| Err(Problem::Internal(anyhow!("a handler panicked")).into()))
}
