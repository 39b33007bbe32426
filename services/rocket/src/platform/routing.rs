//! What Rocket's router leaves out: exact paths (HTTP-2), and methods that a path does not have (HTTP-3).

use std::collections::BTreeMap;

use rocket::fairing::AdHoc;
use rocket::http::{Method, RawStr};
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route, uri};

use crate::platform::problem::{METHOD_NOT_ALLOWED, Problem};

/// Without HEAD: Rocket asks again with GET where nothing else fits.
const METHODS: [Method; 7] =
    [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options, Method::Trace];

/// Rocket skips empty segments of a path, so that `/cart/` and `//cart` would be `/cart`.
pub fn exact_paths() -> AdHoc {
    AdHoc::on_request("exact paths", |request, _| {
        Box::pin(async move {
            let path = request.uri().path();
            if path != "/" && path.raw_segments().any(RawStr::is_empty) {
                request.set_uri(uri!("/"));
            }
        })
    })
}

/// Answers methods that a path does not have; to Rocket they would be an unknown path.
#[derive(Clone)]
struct MethodNotAllowed {
    allow: String,
}

#[rocket::async_trait]
impl Handler for MethodNotAllowed {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        Outcome::from(request, Problem::from(METHOD_NOT_ALLOWED).header("Allow", self.allow.clone()))
    }
}

/// Adds a route for each of them, behind all others.
pub fn method_not_allowed() -> AdHoc {
    AdHoc::on_ignite("405", |rocket| async move {
        let mut paths: BTreeMap<String, (isize, Vec<Method>)> = BTreeMap::new();
        for route in rocket.routes() {
            let (_, methods) = paths.entry(route.uri.to_string()).or_insert((route.rank, Vec::new()));
            methods.push(route.method);
            if route.method == Method::Get {
                methods.push(Method::Head);
            }
        }
        let mut missing = Vec::new();
        for (path, (rank, methods)) in paths {
            let allow = methods.iter().copied().map(Method::as_str).collect::<Vec<_>>().join(", ");
            for method in METHODS.into_iter().filter(|method| !methods.contains(method)) {
                // Ranks of two paths that both fit, such as `import` and `<sku>`, must differ as those of their routes do.
                missing.push(Route::ranked(rank + 100, method, &path, MethodNotAllowed { allow: allow.clone() }));
            }
        }
        rocket.mount("/", missing)
    })
}
