//! The operator's API, operation by operation: method, path, and the lowest role that may call it.

use axum::http::Method;
use domain::access::OperatorRole;

use OperatorRole::{Administrator, Desk, Viewer};

/// An operation id with its method and path, and the lowest role that may call it.
#[derive(Debug)]
pub(super) struct Entry(
    pub(super) &'static str,
    pub(super) Method,
    pub(super) &'static str,
    pub(super) OperatorRole,
);

const fn get(id: &'static str, path: &'static str, role: OperatorRole) -> Entry {
    Entry(id, Method::GET, path, role)
}

const fn put(id: &'static str, path: &'static str, role: OperatorRole) -> Entry {
    Entry(id, Method::PUT, path, role)
}

const fn post(id: &'static str, path: &'static str, role: OperatorRole) -> Entry {
    Entry(id, Method::POST, path, role)
}

/// All of them; a test compares them with the document.
#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    post("claim_orders", "/operator/v1/claims", Desk),
    post("extend_claim", "/operator/v1/orders/{orderId}/extend", Desk),
    post("complete_order", "/operator/v1/orders/{orderId}/complete", Desk),
    post("fail_order", "/operator/v1/orders/{orderId}/fail", Desk),
    post("hold_order", "/operator/v1/orders/{orderId}/hold", Desk),
    post("begin_order", "/operator/v1/orders/{orderId}/begin", Desk),
    post("resume_order", "/operator/v1/orders/{orderId}/resume", Desk),
    get("list_orders", "/operator/v1/orders", Viewer),
    get("get_order", "/operator/v1/orders/{orderId}", Viewer),
    get("list_desk", "/operator/v1/desk", Viewer),

    get("list_changes", "/operator/v1/journal", Viewer),
    get("get_journal_head", "/operator/v1/journal/head", Viewer),

    get("list_notification_endpoints", "/operator/v1/notification-endpoints", Viewer),
    get("get_notification_endpoint", "/operator/v1/notification-endpoints/{endpointId}", Viewer),
    get("list_notification_deliveries", "/operator/v1/notification-endpoints/{endpointId}/deliveries", Viewer),
    get("get_notification_delivery", "/operator/v1/notification-endpoints/{endpointId}/deliveries/{eventId}", Viewer),
    post("disable_notification_endpoint", "/operator/v1/notification-endpoints/{endpointId}/disable", Desk),
    post("enable_notification_endpoint", "/operator/v1/notification-endpoints/{endpointId}/enable", Desk),
    post("redeliver_notification", "/operator/v1/notification-endpoints/{endpointId}/deliveries/{eventId}/redeliver", Desk),

    get("get_app_limits", "/operator/v1/apps/{clientId}/limits", Viewer),

    get("get_calls", "/operator/v1/calls", Viewer),
    get("get_call_latencies", "/operator/v1/calls/latencies", Viewer),
    get("get_gauges", "/operator/v1/gauges", Viewer),
    get("list_data_reads", "/operator/v1/data-reads", Viewer),

    get("list_api_product_requests", "/operator/v1/api-product-requests", Viewer),
    post("approve_api_product_request", "/operator/v1/apps/{clientId}/api-product-requests/{apiProduct}/approve", Desk),
    post("refuse_api_product_request", "/operator/v1/apps/{clientId}/api-product-requests/{apiProduct}/refuse", Desk),

    get("list_developers", "/operator/v1/organizations/{organizationNumber}/developers", Viewer),
    get("get_developer", "/operator/v1/organizations/{organizationNumber}/developers/{email}", Viewer),
    put("put_developer", "/operator/v1/organizations/{organizationNumber}/developers/{email}", Administrator),
    post("invite_developer", "/operator/v1/organizations/{organizationNumber}/developers/{email}/invite", Administrator),
    post("take_back_invitation", "/operator/v1/organizations/{organizationNumber}/developers/{email}/take-back-invitation", Administrator),
    post("disable_developer", "/operator/v1/organizations/{organizationNumber}/developers/{email}/disable", Administrator),
    post("enable_developer", "/operator/v1/organizations/{organizationNumber}/developers/{email}/enable", Administrator),
    post("end_developer_sessions", "/operator/v1/organizations/{organizationNumber}/developers/{email}/end-sessions", Administrator),
    post("remove_developer_codes", "/operator/v1/organizations/{organizationNumber}/developers/{email}/remove-one-time-codes", Administrator),

    get("list_operators", "/operator/v1/operators", Administrator),
    get("get_operator", "/operator/v1/operators/{name}", Administrator),
    put("put_operator", "/operator/v1/operators/{name}", Administrator),
    post("rotate_operator_key", "/operator/v1/operators/{name}/rotate-key", Administrator),
    post("disable_operator", "/operator/v1/operators/{name}/disable", Administrator),
    post("enable_operator", "/operator/v1/operators/{name}/enable", Administrator),

    get("list_organizations", "/operator/v1/organizations", Viewer),
    get("get_organization", "/operator/v1/organizations/{organizationNumber}", Viewer),
    put("put_organization", "/operator/v1/organizations/{organizationNumber}", Administrator),
    get("list_address_cards", "/operator/v1/address-cards", Viewer),
    get("get_address_card", "/operator/v1/address-cards/{id}", Viewer),
    put("put_address_card", "/operator/v1/address-cards/{id}", Administrator),
    get("list_persons", "/operator/v1/persons", Viewer),
    get("get_person", "/operator/v1/persons/{id}", Viewer),
    put("put_person", "/operator/v1/persons/{id}", Administrator),
    get("list_offerings", "/operator/v1/offerings", Viewer),
    get("get_offering", "/operator/v1/offerings/{id}", Viewer),
    put("put_offering", "/operator/v1/offerings/{id}", Administrator),
    get("list_agreements", "/operator/v1/agreements", Viewer),
    get("get_agreement", "/operator/v1/agreements/{id}", Viewer),
    put("put_agreement", "/operator/v1/agreements/{id}", Administrator),
    get("list_accounts", "/operator/v1/accounts", Viewer),
    get("get_account", "/operator/v1/accounts/{id}", Viewer),
    put("put_account", "/operator/v1/accounts/{id}", Administrator),
    get("list_products", "/operator/v1/products", Viewer),
    get("get_product", "/operator/v1/products/{id}", Viewer),
    put("put_product", "/operator/v1/products/{id}", Administrator),
    get("list_system_users", "/operator/v1/system-users", Viewer),
    get("get_system_user", "/operator/v1/system-users/{name}", Viewer),
    put("put_system_user", "/operator/v1/system-users/{name}", Administrator),
    get("list_apps", "/operator/v1/apps", Viewer),
    get("get_app", "/operator/v1/apps/{clientId}", Viewer),
    put("put_app", "/operator/v1/apps/{clientId}", Administrator),
    post("anonymize_person", "/operator/v1/persons/{id}/anonymize", Administrator),
    post("rotate_system_user_password", "/operator/v1/system-users/{name}/rotate-password", Administrator),
    post("disable_system_user", "/operator/v1/system-users/{name}/disable", Administrator),
    post("enable_system_user", "/operator/v1/system-users/{name}/enable", Administrator),
    post("revoke_system_user_tokens", "/operator/v1/system-users/{name}/revoke-tokens", Administrator),
    post("rotate_app_secret", "/operator/v1/apps/{clientId}/rotate-secret", Administrator),
    post("disable_app", "/operator/v1/apps/{clientId}/disable", Administrator),
    post("enable_app", "/operator/v1/apps/{clientId}/enable", Administrator),
    post("revoke_app_tokens", "/operator/v1/apps/{clientId}/revoke-tokens", Administrator),
];

/// A path with ids that nothing has.
pub(super) fn nobodys(path: &str) -> String {
    path.replace("{orderId}", "000000000001")
        .replace("{endpointId}", &"0".repeat(32))
        .replace("{eventId}", "00000000-0000-0000-0000-000000000000")
        .replace("{clientId}", "nobodys")
        .replace("{apiProduct}", "order")
        .replace("{email}", "nobody@example.com")
        .replace("{name}", "nobody")
        .replace("{organizationNumber}", "000000000")
        .replace("{id}", "1")
}
