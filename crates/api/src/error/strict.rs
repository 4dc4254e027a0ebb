//! For clients that know the source documents' codes alone: each of ours becomes the nearest code
//! that the documents list for the operation.

use axum::response::Response;

use super::{ApiError, ErrorCode};

/// What stands in where the operation does not list the nearest code, the more telling ones first.
const STAND_INS: [ErrorCode; 3] = [
    ErrorCode::EmptyInput,
    ErrorCode::InvalidAgreementId,
    ErrorCode::MissingEndUser,
];

/// The code that stands for this one, among those that the operation may answer with.
fn nearest(code: ErrorCode, listed: &[ErrorCode]) -> ErrorCode {
    let nearest = code.documented();
    if nearest == code || listed.contains(&nearest) {
        return nearest;
    }
    let mut stand_ins = STAND_INS.into_iter();
    stand_ins
        .find(|code| listed.contains(code))
        .unwrap_or(nearest)
}

/// Replaces the code of a refusal; its details stay.
pub(crate) fn translate(response: &mut Response, listed: &[ErrorCode]) {
    if let Some(error) = response.extensions_mut().get_mut::<ApiError>() {
        error.code = nearest(error.code, listed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::OPERATIONS;

    #[test]
    fn every_code_of_ours_has_one_of_the_documents_on_each_operation() {
        for operation in OPERATIONS {
            let listed = operation.errors();
            for code in &listed {
                let nearest = nearest(*code, &listed);
                assert!(listed.contains(&nearest), "{} {code:?}", operation.id);
                assert_eq!(nearest.documented(), nearest, "{} {code:?}", operation.id);
            }
        }
    }
}
