//! Every code on the wire, one row each. The status is the code's first three digits; the page is
//! part of the program, so a code without one does not compile.

use axum::http::StatusCode;

/// The part of the system that speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The gateway in front of the back ends.
    Gateway,
    /// The API's own rules.
    Api,
    /// A back end.
    Backend,
    /// The operator's system behind a back end.
    External,
}

impl Origin {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "GATEWAY",
            Self::Api => "API",
            Self::Backend => "BACKEND",
            Self::External => "EXTERNAL",
        }
    }
}

macro_rules! catalogue {
    ($($name:ident = $code:literal, $origin:ident, $text:literal $(, strictly $nearest:ident)?;)+) => {
        /// A documented reason for a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $(#[doc = $text] $name,)+
        }

        impl ErrorCode {
            /// Every code, in the catalogue's order.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The number on the wire.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(Self::$name => $code),+ }
            }

            /// The documents' text, to the letter.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// Who speaks.
            #[must_use]
            pub const fn origin(self) -> Origin {
                match self { $(Self::$name => Origin::$origin),+ }
            }

            /// The page that explains it, in Markdown.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../../errors/", $code, ".md"))),+
                }
            }

            /// For clients that know the source documents' codes alone: the nearest of those.
            #[must_use]
            pub const fn documented(self) -> Self {
                match self {
                    $($(Self::$name => Self::$nearest,)?)+
                    other => other,
                }
            }
        }
    };
}

catalogue! {
    MissingEndUser = 40001, Gateway, "Missing or invalid enduserId";
    InvalidResource = 40101, Gateway, "Invalid resource";
    MissingAuthorization = 40102, Gateway, "Missing authorization header";
    NoApiProduct = 40103, Gateway, "No API product found";
    MsisdnNotAllowed = 40104, Gateway, "Not authorized to use given MSISDN";
    InvalidToken = 40105, Gateway, "Invalid access token";
    ExpiredToken = 40106, Gateway, "Access token expired";
    BasicNotAllowed = 40107, Gateway,
        "Basic authentication not allowed for external access or not allowed for client";
    InvalidBasicCredentials = 40108, Gateway,
        "Invalid client id or secret for basic authentication";
    InvalidScope = 40301, Gateway, "Invalid scope";
    UnknownRoute = 40401, Gateway, "Path or method not found";
    QuotaViolation = 42901, Gateway, "Rate limit quota violation";
    SpikeArrest = 42902, Gateway, "Spike arrest violation";
    GatewayFault = 50001, Gateway, "Internal Server Error";
    AcrUnknown = 50002, Gateway, "Failed to validate acr";
    SubscriptionUnknown = 50003, Gateway, "Failed to validate subscription";

    InvalidAgreementId = 400_001, Api, "Invalid agreement id";
    InvalidProductId = 400_002, Api, "Invalid product id";
    OrganizationNotFound = 400_007, Api, "Organization not found";
    AddressCardNotFound = 400_009, Api, "Address card not found";
    InvalidOrganizationNumber = 400_024, Api, "Invalid organization number provided";
    InvalidAddressCardId = 400_032, Api, "Invalid address card id";
    InvalidReference = 400_033, Api, "Invalid reference";
    EmptyInput = 400_036, Api, "Empty input";
    AgreementNotFound = 404_001, Api, "Agreement not found";
    UnknownUpstreamPath = 4_042_000, Backend, "Path or method not found on back-end server";
    BackendFault = 500_100, Backend, "Internal server error";
    UpstreamUnavailable = 503_200, External, "External server error";

    InvalidRequest = 400_900, Api, "Invalid request", strictly EmptyInput;
    InvalidConfiguration = 400_901, Api, "Invalid configuration", strictly InvalidProductId;
    AgreementNotInForce = 400_904, Api, "Agreement not in force", strictly InvalidAgreementId;
    AddressNotAllowed = 400_905, Api, "Address not allowed", strictly EmptyInput;
    OrderNotFound = 404_902, Api, "Order not found", strictly UnknownRoute;
    AccountNotFound = 404_903, Api, "Account not found", strictly UnknownRoute;
    EndpointNotFound = 404_904, Api, "Endpoint not found", strictly UnknownRoute;
    DeliveryNotFound = 404_905, Api, "Delivery not found", strictly UnknownRoute;
    OrderNotCancellable = 409_900, Api, "Order can no longer be cancelled", strictly EmptyInput;
    IdempotencyKeyReused = 409_901, Api, "Idempotency key reused with another body",
        strictly EmptyInput;
    IdempotencyKeyInUse = 409_902, Api, "A request with this idempotency key is in progress",
        strictly EmptyInput;
    TooManyEndpoints = 409_903, Api, "Too many endpoints", strictly EmptyInput;
    EndpointDisabled = 409_904, Api, "Endpoint is disabled", strictly EmptyInput;
    BodyTooLarge = 413_900, Api, "Request body too large", strictly EmptyInput;
    UnsupportedMediaType = 415_900, Api, "Unsupported media type", strictly EmptyInput;
    HeadersTooLarge = 431_900, Gateway, "Request headers too large", strictly UnknownRoute;
    Overloaded = 503_900, Gateway, "Overloaded", strictly UpstreamUnavailable;
}

impl ErrorCode {
    /// The HTTP status: the first three digits of the number.
    #[must_use]
    pub fn status(self) -> StatusCode {
        let mut leading = self.number();
        while leading > 999 {
            leading /= 10;
        }
        // A test proves that every code begins with a status of the classes 4xx or 5xx.
        u16::try_from(leading)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_begin_with_an_error_status() {
        let numbers: HashSet<u32> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
        assert_eq!(numbers.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let status = code.status();
            assert!(
                status.is_client_error() || status.is_server_error(),
                "{code:?}"
            );
            assert!(
                code.number().to_string().starts_with(status.as_str()),
                "{code:?}"
            );
        }
    }

    #[test]
    fn each_page_is_titled_with_its_code_and_text() {
        for code in ErrorCode::ALL {
            let title = format!("# {} {}\n", code.number(), code.description());
            assert!(code.page().starts_with(&title), "{title}");
        }
    }

    #[test]
    fn the_documented_codes_stand_for_themselves() {
        for code in ErrorCode::ALL {
            let documented = code.documented();
            assert_eq!(documented.documented(), documented, "{code:?}");
            let ours = code.number() >= 400_900 && code.number() % 1000 >= 900;
            assert_eq!(documented != *code, ours, "{code:?}");
        }
    }
}
