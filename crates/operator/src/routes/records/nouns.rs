//! What the operations of each kind of record are called, and what they take.

use serde_json::Value;

use crate::operation::{Operation, administrator, viewer};
use crate::problem::Code;
use crate::records::Kind;

/// A kind of record, as addresses and the document have it.
pub(crate) struct Noun {
    pub(crate) kind: Kind,
    /// The last part of the list's address.
    pub(crate) path: &'static str,
    /// The member that is the key.
    pub(crate) key: &'static str,
    /// The ids of the operations that list, get and put.
    pub(crate) operations: [&'static str; 3],
    /// With articles: some, and one.
    pub(crate) words: [&'static str; 2],
    /// Whether a list takes `organization`, and whether it takes `agreement`.
    pub(crate) takes: (bool, bool),
    /// What a search for a part of a text looks at.
    pub(crate) searched: &'static str,
    /// A record, without its kind.
    example: &'static str,
}

/// Every kind, in the order in which they need each other.
pub(crate) const NOUNS: [Noun; 9] = [
    Noun {
        kind: Kind::Organization,
        path: "organizations",
        key: "orgNumber",
        operations: ["list_organizations", "get_organization", "put_organization"],
        words: ["organizations", "an organization"],
        takes: (false, false),
        searched: "name",
        example: r#"{"orgNumber": "914742315", "name": "TELENOR"}"#,
    },
    Noun {
        kind: Kind::AddressCard,
        path: "address-cards",
        key: "id",
        operations: ["list_address_cards", "get_address_card", "put_address_card"],
        words: ["address cards", "an address card"],
        takes: (true, false),
        searched: "name",
        example: r#"{"id": 664159, "organizationNumber": "914742315", "name": "Hovedkontor",
            "address": {"streetName": "Innherredsveien", "streetAddress": "1A",
                "postalCode": "7018", "postalPlace": "Trondheim"}, "format": "EHF"}"#,
    },
    Noun {
        kind: Kind::Person,
        path: "persons",
        key: "id",
        operations: ["list_persons", "get_person", "put_person"],
        words: ["persons", "a person"],
        takes: (false, false),
        searched: "whole name",
        example: r#"{"id": 1, "firstName": "Kari", "lastName": "Nordmann"}"#,
    },
    Noun {
        kind: Kind::Offering,
        path: "offerings",
        key: "id",
        operations: ["list_offerings", "get_offering", "put_offering"],
        words: ["product offerings", "a product offering"],
        takes: (false, true),
        searched: "name",
        example: r#"{"id": 404, "name": "Office 365 Business Premium", "configurations": [
            {"id": 6420, "name": "E-post", "type": "EMAIL", "required": true}]}"#,
    },
    Noun {
        kind: Kind::Agreement,
        path: "agreements",
        key: "id",
        operations: ["list_agreements", "get_agreement", "put_agreement"],
        words: ["agreements", "an agreement"],
        takes: (true, false),
        searched: "category",
        example: r#"{"id": 5538579, "ownerOrganizationNumber": "914742315",
            "category": "Mobilt Bedriftsnett avtale", "validFrom": "2017-06-30",
            "status": "ACTIVE", "productOfferIds": [404]}"#,
    },
    Noun {
        kind: Kind::Account,
        path: "accounts",
        key: "id",
        operations: ["list_accounts", "get_account", "put_account"],
        words: ["billing accounts", "a billing account"],
        takes: (true, false),
        searched: "first account reference",
        example: r#"{"id": 11175198, "ownerOrganizationNumber": "914742315",
            "payerOrganizationNumber": "914742315", "accountReference1": "Mobilt Bedriftsnett",
            "address": {"postalCode": "7018", "postalPlace": "Trondheim"}, "format": "EHF",
            "status": "OPEN", "type": "NORMAL"}"#,
    },
    Noun {
        kind: Kind::Product,
        path: "products",
        key: "id",
        operations: ["list_products", "get_product", "put_product"],
        words: ["products", "a product"],
        takes: (true, true),
        searched: "name",
        example: r#"{"id": 2799029, "agreementId": 5538579, "productOfferId": 404,
            "name": "Office 365", "billingAccountId": 11175198,
            "configurations": [{"id": 6420, "value": "kari@example.com"}]}"#,
    },
    Noun {
        kind: Kind::SystemUser,
        path: "system-users",
        key: "name",
        operations: ["list_system_users", "get_system_user", "put_system_user"],
        words: ["system users", "a system user"],
        takes: (true, false),
        searched: "name",
        example: r#"{"name": "API1000ERP", "ownerOrganizationNumber": "914742315",
            "organizations": ["914742315"]}"#,
    },
    Noun {
        kind: Kind::App,
        path: "apps",
        key: "clientId",
        operations: ["list_apps", "get_app", "put_app"],
        words: ["client apps", "a client app"],
        takes: (true, false),
        searched: "name or client id",
        example: r#"{"clientId": "6f0ac8b2d1e94b7f8c35a70d92e41b06", "name": "Our ERP",
            "ownerOrganizationNumber": "914742315", "grants": ["password"],
            "callsPerSecond": 10, "burst": 20, "apiProducts": [
                {"name": "info", "quota": {"calls": 100000, "period": "day"}},
                {"name": "order", "quota": {"calls": 10000, "period": "day"}}]}"#,
    },
];

const ONE: &[Code] = &[Code::RecordNotFound];
const PUT: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::PreconditionFailed,
    Code::RecordRefused,
];
const ACTION: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::RecordNotFound,
    Code::PreconditionFailed,
];

/// The operations of records.
pub(crate) const OPERATIONS: &[Operation] = &[
    viewer("list_organizations", &[]),
    viewer("get_organization", ONE),
    administrator("put_organization", PUT),
    viewer("list_address_cards", &[]),
    viewer("get_address_card", ONE),
    administrator("put_address_card", PUT),
    viewer("list_persons", &[]),
    viewer("get_person", ONE),
    administrator("put_person", PUT),
    administrator("anonymize_person", ACTION),
    viewer("list_offerings", &[]),
    viewer("get_offering", ONE),
    administrator("put_offering", PUT),
    viewer("list_agreements", &[]),
    viewer("get_agreement", ONE),
    administrator("put_agreement", PUT),
    viewer("list_accounts", &[]),
    viewer("get_account", ONE),
    administrator("put_account", PUT),
    viewer("list_products", &[]),
    viewer("get_product", ONE),
    administrator("put_product", PUT),
    viewer("list_system_users", &[]),
    viewer("get_system_user", ONE),
    administrator("put_system_user", PUT),
    administrator("rotate_system_user_password", ACTION),
    administrator("disable_system_user", ACTION),
    administrator("enable_system_user", ACTION),
    administrator("revoke_system_user_tokens", ACTION),
    viewer("list_apps", &[]),
    viewer("get_app", ONE),
    administrator("put_app", PUT),
    administrator("rotate_app_secret", ACTION),
    administrator("disable_app", ACTION),
    administrator("enable_app", ACTION),
    administrator("revoke_app_tokens", ACTION),
];

impl Noun {
    pub(crate) fn list_address(&self) -> String {
        format!("/operator/v1/{}", self.path)
    }

    pub(crate) fn address(&self) -> String {
        let key = match self.kind {
            Kind::App => "clientId",
            Kind::SystemUser => "name",
            Kind::Organization => "organizationNumber",
            _ => "id",
        };
        format!("/operator/v1/{}/{{{key}}}", self.path)
    }

    /// What the document calls such a record.
    pub(crate) fn schema_name(&self) -> String {
        let word = self.kind.as_str();
        let (first, rest) = word.split_at(1);
        format!("{}{rest}Record", first.to_ascii_uppercase())
    }

    /// A record as the answers have it. That the text is JSON, a test proves.
    pub(crate) fn example(&self) -> Value {
        let mut example: Value = serde_json::from_str(self.example).unwrap_or_default();
        if let Some(members) = example.as_object_mut() {
            members.insert("kind".to_owned(), self.kind.as_str().into());
        }
        example
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::record_from;

    #[test]
    fn each_example_is_a_record_of_its_kind() {
        for noun in &NOUNS {
            let Value::Object(members) = noun.example() else {
                panic!("no object: {}", noun.path);
            };
            let key = members[noun.key].to_string();
            let record = record_from(noun.kind, members).expect("a record");
            assert!(record.read().is_ok(), "{record:?}");
            assert_eq!(key.trim_matches('"'), record.key());
        }
        assert_eq!(NOUNS.each_ref().map(|noun| noun.kind), Kind::ALL);
    }
}
