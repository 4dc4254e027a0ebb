//! Notes each call of a known app when it ends, whichever way that is.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::response::Response;
use domain::access::{ClientId, SystemUserName};
use jiff::Timestamp;
use selfservice::calls::{CallLine, FinishedCall};

use crate::Services;
use crate::edge::RequestId;
use crate::error::{ApiError, ErrorCode};
use crate::operation::{Operation, Shows};
use crate::touched::Touched;

/// The code of a call whose answer nobody waited for.
const ABANDONED: u32 = 0;

/// A call that is under way. It is noted when it is answered, or when this is dropped before that.
pub(super) struct Noting {
    services: Services,
    pub(super) operation: &'static Operation,
    began_at: Timestamp,
    began: Duration,
    method: Method,
    uri: Uri,
    id: Option<RequestId>,
    /// Nobody's calls are not noted.
    app: Option<ClientId>,
    system_user: Option<SystemUserName>,
}

impl Noting {
    pub(super) fn begin(
        services: &Services,
        operation: &'static Operation,
        request: &Request,
    ) -> Self {
        Self {
            services: services.clone(),
            operation,
            began_at: services.clock.now(),
            began: services.clock.monotonic(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            id: request.extensions().get().cloned(),
            app: None,
            system_user: None,
        }
    }

    pub(super) fn is_of(&mut self, app: Option<ClientId>, system_user: Option<SystemUserName>) {
        self.app = app;
        self.system_user = system_user;
    }

    /// Notes the answer as the caller gets it.
    pub(super) fn answered(mut self, response: &mut Response) {
        let touched = response.extensions_mut().remove::<Touched>();
        match response.extensions().get::<ApiError>() {
            Some(error) => self.note(error.code.number(), Touched::default()),
            None if response.status().is_success() => {
                if touched.is_none() && self.operation.shows == Shows::Organizations {
                    let operation = self.operation.id;
                    tracing::error!(operation, "an answer does not say whose data it shows");
                }
                self.note(
                    response.status().as_u16().into(),
                    touched.unwrap_or_default(),
                );
            }
            None => self.note(response.status().as_u16().into(), Touched::default()),
        }
    }

    fn note(&mut self, code: u32, touched: Touched) {
        let Some(app) = self.app.take() else { return };
        let call = FinishedCall {
            operation: self.operation.id,
            app,
            system_user: self.system_user.take(),
            code,
            at: self.began_at,
            took: self.services.clock.monotonic().saturating_sub(self.began),
            touched: touched.organizations,
            presumed: touched.presumed,
        };
        let line = || CallLine {
            transaction_id: self.id.take().map_or_else(String::new, |id| id.0),
            method: self.method.to_string(),
            path: self.uri.path().to_owned(),
        };
        self.services.selfservice.note_call(call, line);
    }
}

impl Drop for Noting {
    fn drop(&mut self) {
        // The layer outside answers a panic with this code.
        let code = if std::thread::panicking() {
            ErrorCode::GatewayFault.number()
        } else {
            ABANDONED
        };
        self.note(code, Touched::default());
    }
}
