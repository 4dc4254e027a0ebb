//! The body of a request to open an account, read member by member.

use domain::{AccountRequest, Fault};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::extract::{Members, Node};

/// The account to open.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "the schema of a body that is read by hand, to name each fault"
)]
pub(crate) struct CreateAccount {
    /// Will be used as account name. Max 30 characters. Only letters, numbers, spaces and some
    /// punctuation "/.,-" are valid characters.
    #[schema(
        min_length = 1,
        max_length = 30,
        example = "Telenor ASA/ IT department"
    )]
    account_reference1: String,
    /// A text field that is free to use by the customer. Max 30 characters. Only letters, numbers,
    /// spaces and some punctuation "/.,-" are valid characters.
    #[schema(nullable = false, max_length = 30, example = "Local account id")]
    account_reference2: Option<String>,
    /// A text field that is free to use by the customer. Max 30 characters. Only letters, numbers,
    /// spaces and some punctuation "/.,-" are valid characters.
    #[schema(nullable = false, max_length = 30, example = "Local account id")]
    account_reference3: Option<String>,
    /// Needed if the payer has multiple invoice addresses; GET its address cards for the ids. If
    /// the payer has only one, it is the default.
    #[schema(nullable = false, pattern = "^[0-9]{1,18}$", example = "664158")]
    address_card_id: Option<String>,
    /// Organization number (9 digits). GET the organizations for yours.
    #[schema(pattern = "^[0-9]{9}$", example = "987654321")]
    owner_organization_number: String,
    /// Organization number (9 digits). GET the organizations for yours.
    #[schema(pattern = "^[0-9]{9}$", example = "987654321")]
    payer_organization_number: String,
}

const OWNER: &str = "ownerOrganizationNumber";
const PAYER: &str = "payerOrganizationNumber";
const CARD: &str = "addressCardId";
const REFERENCES: [&str; 3] = [
    "accountReference1",
    "accountReference2",
    "accountReference3",
];
const KNOWN: &str = "accountReference1, accountReference2, accountReference3, addressCardId, \
                     ownerOrganizationNumber, payerOrganizationNumber";

/// Reads a request; what is blank counts as missing, as the documents' "Empty input" has it.
pub(super) fn read(document: Option<Node>) -> Result<AccountRequest, ApiError> {
    let mut members = match document {
        None | Some(Node::Null) => return Err(empty("body")),
        Some(node) => Members::of(node, "")?,
    };
    if members.is_empty() {
        return Err(empty("body"));
    }
    let mut references = [const { None }; 3];
    for (place, name) in references.iter_mut().zip(REFERENCES) {
        *place = text(members.take(name), name)?;
    }
    let address_card = number(members.take(CARD));
    let (owner, payer) = (number(members.take(OWNER)), number(members.take(PAYER)));
    members.finish(KNOWN)?;
    let given = [
        (REFERENCES[0], references[0].is_some()),
        (OWNER, owner.is_some()),
        (PAYER, payer.is_some()),
    ];
    let missing: Vec<_> = given
        .iter()
        .filter(|(_, given)| !given)
        .map(|(name, _)| Fault::new(*name, "is missing or blank"))
        .collect();
    match (owner, payer) {
        (Some(owner), Some(payer)) if missing.is_empty() => Ok(AccountRequest {
            references,
            address_card,
            owner,
            payer,
        }),
        _ => Err(ApiError::new(ErrorCode::EmptyInput).with_details(missing)),
    }
}

fn text(node: Option<Node>, name: &str) -> Result<Option<String>, ApiError> {
    match node {
        None => Ok(None),
        Some(Node::Text(text)) => Ok((!text.trim().is_empty()).then_some(text)),
        Some(other) => {
            let message = format!("must be a string, not {}", other.kind());
            Err(ApiError::field(ErrorCode::InvalidRequest, name, message))
        }
    }
}

/// A number that may come as an integer; anything else stands for itself and fits no number.
fn number(node: Option<Node>) -> Option<String> {
    match node? {
        Node::Text(text) if text.trim().is_empty() => None,
        node => Some(node.id_digits().unwrap_or(node.kind()).to_owned()),
    }
}

fn empty(field: &str) -> ApiError {
    ApiError::field(
        ErrorCode::EmptyInput,
        field,
        format!("send an object with {KNOWN}"),
    )
}
