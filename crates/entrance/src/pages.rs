//! Addresses with the least role that each takes: the list that the guard goes by, and that tests
//! enumerate.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
use http::Method;

/// A page, or what a form sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedPage<R> {
    /// `GET` for a page, `POST` for what its forms send.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// The least role that it takes; `None` when anybody may come.
    pub role: Option<R>,
}

/// Routes, each with who may come.
pub struct Pages<S, R> {
    routes: Router<S>,
    list: Vec<GuardedPage<R>>,
}

/// Who may come to a page.
pub(crate) enum Visitors<R> {
    /// Also those who are not signed in.
    Anybody,
    /// Those with this role or a higher one.
    From(R),
}

impl<S: Clone + Send + Sync + 'static, R> Default for Pages<S, R> {
    fn default() -> Self {
        Self {
            routes: Router::new(),
            list: Vec::new(),
        }
    }
}

impl<S: Clone + Send + Sync + 'static, R> Pages<S, R> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With those of a part of the site.
    #[must_use]
    pub fn and(self, part: impl FnOnce(Self) -> Self) -> Self {
        part(self)
    }

    /// A page that takes a role.
    #[must_use]
    pub fn page<T: 'static>(
        self,
        path: &'static str,
        role: R,
        handler: impl Handler<T, S>,
    ) -> Self {
        self.with(Method::GET, path, Some(role), |routes| {
            routes.route(path, get(handler))
        })
    }

    /// What a form of such a page sends.
    #[must_use]
    pub fn form<T: 'static>(
        self,
        path: &'static str,
        role: R,
        handler: impl Handler<T, S>,
    ) -> Self {
        self.with(Method::POST, path, Some(role), |routes| {
            routes.route(path, post(handler))
        })
    }

    /// A page for everybody.
    #[must_use]
    pub fn open_page<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.with(Method::GET, path, None, |routes| {
            routes.route(path, get(handler))
        })
    }

    /// What a form of such a page sends; the handler checks its token.
    #[must_use]
    pub fn open_form<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.with(Method::POST, path, None, |routes| {
            routes.route(path, post(handler))
        })
    }

    fn with(
        mut self,
        method: Method,
        path: &'static str,
        role: Option<R>,
        add: impl FnOnce(Router<S>) -> Router<S>,
    ) -> Self {
        self.routes = add(self.routes);
        self.list.push(GuardedPage { method, path, role });
        self
    }

    /// The routes and the list.
    pub fn split(self) -> (Router<S>, Vec<GuardedPage<R>>) {
        (self.routes, self.list)
    }
}

/// Who may come there; what is not in the list takes the least role, for what is not there is not
/// there for those who are signed in.
pub(crate) fn visitors<R: Copy>(
    list: &[GuardedPage<R>],
    (method, path): (&Method, &str),
    least: R,
) -> Visitors<R> {
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let found = list
        .iter()
        .find(|page| page.method == *method && page.path == path);
    match found {
        Some(page) => page.role.map_or(Visitors::Anybody, Visitors::From),
        None => Visitors::From(least),
    }
}
