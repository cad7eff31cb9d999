//! What lies under a request: connections, their time, TLS, and how they end.
//!
//! The server speaks HTTP/1.1 alone, over TLS too. The deadlines of [`mod@line`] are those of a connection that carries
//! one request at a time; in HTTP/2 many share one, each could be held open by a window that is never opened, and
//! what bounds that is not in our hands. A reverse proxy in front may speak HTTP/2 to the world.

mod doors;
pub mod line;
pub mod stop;
pub mod tls;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::http::KeepAlive;
use actix_web::rt::net::TcpStream;

use doors::Doors;
use line::Line;

use crate::config::ServerSettings;
use crate::error::{Error, Result};
use crate::house::House;

/// How long a connection that is to be closed may take to take leave.
const LEAVE: Duration = Duration::from_secs(1);

/// Serves what `app` builds, once in each worker, on a bound listener. Signals are not listened to.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve<F, A, I, B>(
    settings: &ServerSettings,
    house: &House,
    listener: TcpListener,
    app: F,
) -> Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<A, actix_http::Request>,
    A: ServiceFactory<
            actix_http::Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    A::Service: 'static,
    A::Future: 'static,
    B: MessageBody + 'static,
{
    let keep_alive = Duration::from_secs(settings.keep_alive_seconds);
    let head = Duration::from_secs(settings.header_deadline_seconds);
    let doors = Doors::new(settings, house)?;
    let mut server = Server::build().disable_signals().shutdown_timeout(settings.shutdown_seconds);
    if settings.workers > 0 {
        server = server.workers(settings.workers);
    }
    let stopping = server.graceful_shutdown_signal();
    let server = server.listen("http", listener, move || {
        let stopping = stopping.clone();
        let app = app().into_factory().map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .keep_alive(KeepAlive::Timeout(keep_alive))
            .client_request_timeout(head)
            .client_disconnect_timeout(LEAVE)
            // A client that closes its end is gone: a stream to it would otherwise live on until something is written.
            .h1_allow_half_closed(false)
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .on_connect_ext(|line: &Line, data: &mut actix_http::Extensions| {
                data.insert(line.traffic());
            })
            .h1(map_config(app, |()| AppConfig::default()));
        let doors = Arc::clone(&doors);
        fn_service(move |tcp: TcpStream| {
            let doors = Arc::clone(&doors);
            async move { doors.open(tcp).await.map_err(DispatchError::Io) }
        })
        .and_then(http)
    });
    let server = server.map_err(|error| Error::internal(format!("cannot listen: {error}")))?;
    Ok(server.run())
}
