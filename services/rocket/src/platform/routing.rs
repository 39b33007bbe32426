//! What Rocket leaves out: exact paths (HTTP-2), methods that a path does not have (HTTP-3), where a body ends (HTTP-13).

use std::collections::BTreeMap;

use rocket::fairing::{AdHoc, Fairing, Info, Kind};
use rocket::http::{Method, RawStr};
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route, uri};

use crate::platform::problem::{INVALID_HEADER, METHOD_NOT_ALLOWED, Problem, UNSUPPORTED_MEDIA_TYPE};

/// Without HEAD: Rocket asks again with GET where nothing else fits.
const METHODS: [Method; 7] =
    [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options, Method::Trace];

/// Sends what no operation may see to a path that there is not.
pub struct StrictHeads;

#[rocket::async_trait]
impl Fairing for StrictHeads {
    fn info(&self) -> Info {
        Info { name: "strict heads", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        let headers = request.headers();
        // hyper reads chunks behind any other coding, too.
        let coded = headers
            .get("Transfer-Encoding")
            .enumerate()
            .any(|(at, coding)| at > 0 || !coding.eq_ignore_ascii_case("chunked"));
        let refused = if coded || headers.get("Host").count() > 1 {
            Some(Problem::from(INVALID_HEADER).header("Connection", "close"))
        } else if is_form(request) && data.peek(METHOD.len()).await == METHOD {
            Some(UNSUPPORTED_MEDIA_TYPE.into()) // Rocket has taken the method from the body
        } else {
            None
        };
        // Rocket skips empty segments of a path, so that `/cart/` and `//cart` would be `/cart`.
        let path = request.uri().path();
        if refused.is_some() || (path != "/" && path.raw_segments().any(RawStr::is_empty)) {
            request.local_cache(|| refused);
            request.set_uri(uri!("/"));
        }
    }
}

const METHOD: &[u8] = b"_method=";

fn is_form(request: &Request<'_>) -> bool {
    request.content_type().is_some_and(|kind| kind.is_form())
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
