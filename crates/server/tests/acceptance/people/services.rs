//! The services behind the pages, where the pages do not reach: what is left when two meet, and what
//! ends with time.

use std::sync::Arc;
use std::time::Duration;

use domain::Author;
use domain::access::{DeveloperLogin, DeveloperRole, OperatorName, TokenHash};
use selfservice::{Mandate, Operators, OwnRefusal, Seen};
use testkit::SeededEntropy;

use super::{ADMIN, DEVELOPER, email, mandate, other, own};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_link_ends_after_seven_days,
    the_operator_may_disable_the_last_administrator,
    another_organization_is_not_invited_for,
    a_disabled_person_gets_no_link,
    a_developer_counts_as_a_customer_in_the_journal,
    who_was_disabled_meanwhile_does_nothing_in_their_own_name,
    of_two_links_by_the_same_form_one_is_made,
];

async fn a_link_ends_after_seven_days(app: &mut TestApp) {
    let (services, link) = (app.selfservice(), TokenHash::new("link"));
    let admin = mandate(ADMIN.0, own());
    let whom = (&email("new@example.com"), DeveloperRole::Developer);
    services
        .invite_developer(&admin, whom, &link, None)
        .await
        .expect("a link");
    app.clock
        .advance(Duration::from_hours(7 * 24) - Duration::from_secs(1));
    services.find_invitation(&link).await.expect("a link");
    assert_eq!(
        services
            .list_invitations(&own())
            .await
            .expect("links")
            .len(),
        1
    );
    assert_eq!(services.list_invitations(&other()).await, Ok(Vec::new()));
    app.clock.advance(Duration::from_secs(1));
    let ended = services.find_invitation(&link).await;
    assert!(
        matches!(ended, Err(OwnRefusal::UnknownInvitation)),
        "{ended:?}"
    );
    let ended = services.accept_invitation(&link, "New", "hash").await;
    assert!(
        matches!(ended, Err(OwnRefusal::UnknownInvitation)),
        "{ended:?}"
    );
}

async fn the_operator_may_disable_the_last_administrator(app: &mut TestApp) {
    let services = app.selfservice();
    let (admin, whom) = (mandate(ADMIN.0, own()), email(ADMIN.0));
    let refused = services.set_developer_enabled(&admin, &whom, false).await;
    assert!(
        matches!(refused, Err(OwnRefusal::LastAdministrator(_))),
        "{refused:?}"
    );
    let operator = Mandate::of_operator(&Author::of_operator("kari"), &own());
    let done = services
        .set_developer_enabled(&operator, &whom, false)
        .await;
    assert!(!done.expect("a developer").enabled);
}

async fn another_organization_is_not_invited_for(app: &mut TestApp) {
    let services = app.selfservice();
    let foreign = mandate(ADMIN.0, other());
    for (address, enabled) in [(ADMIN.0, false), (DEVELOPER.0, true)] {
        let done = services
            .set_developer_enabled(&foreign, &email(address), enabled)
            .await;
        assert!(
            matches!(done, Err(OwnRefusal::UnknownDeveloper(_))),
            "{done:?}"
        );
    }
    let nobodys = domain::OrganizationNumber::parse("000000000").expect("nine digits");
    let operator = Mandate::of_operator(&Author::of_operator("kari"), &nobodys);
    let whom = (&email("new@example.com"), DeveloperRole::Developer);
    let done = services
        .invite_developer(&operator, whom, &TokenHash::new("link"), None)
        .await;
    assert!(
        matches!(done, Err(OwnRefusal::UnknownOrganization(_))),
        "{done:?}"
    );
}

async fn a_disabled_person_gets_no_link(app: &mut TestApp) {
    let (services, admin) = (app.selfservice(), mandate(ADMIN.0, own()));
    let (whom, link) = (email(DEVELOPER.0), TokenHash::new("link"));
    let invited = (&whom, DeveloperRole::Developer);
    services
        .invite_developer(&admin, invited, &link, None)
        .await
        .expect("a link");
    services
        .set_developer_enabled(&admin, &whom, false)
        .await
        .expect("a person");
    let ended = services.find_invitation(&link).await;
    assert!(
        matches!(ended, Err(OwnRefusal::UnknownInvitation)),
        "{ended:?}"
    );
    let refused = services
        .invite_developer(&admin, invited, &link, None)
        .await;
    assert!(
        matches!(refused, Err(OwnRefusal::DeveloperDisabled(_))),
        "{refused:?}"
    );
}

async fn a_developer_counts_as_a_customer_in_the_journal(_: &mut TestApp) {
    let author = mandate(ADMIN.0, own()).author;
    assert_eq!(author.name, "914742315/admin@example.com");
    assert_eq!(author.kind(), domain::AuthorKind::Customer);
    assert_eq!(
        Author::of_operator("kari").kind(),
        domain::AuthorKind::Operator
    );
}

async fn who_was_disabled_meanwhile_does_nothing_in_their_own_name(app: &mut TestApp) {
    let services = app.selfservice();
    let login = DeveloperLogin::new(&own(), &email(DEVELOPER.0));
    let developer = services.find_developer(&login).await.expect("an answer");
    let developer = developer.expect("a developer");
    let done = async || {
        let act = async |_: &mut storage::Transaction| Ok(true);
        let done = services.record_developers_own(&developer, "signed in", act);
        done.await.expect("an answer")
    };
    assert!(done().await);
    let (admin, whom) = (mandate(ADMIN.0, own()), email(DEVELOPER.0));
    let disabled = services.set_developer_enabled(&admin, &whom, false).await;
    disabled.expect("a developer");
    assert!(!done().await);

    let entropy = Arc::new(SeededEntropy::new(7));
    let clock = Arc::clone(&app.clock) as Arc<dyn domain::Clock>;
    let operators = Operators::new(app.store.clone(), (clock, entropy), &[1; 32]);
    let demo = OperatorName::parse("demo").expect("a name");
    let done = async || {
        let act = async |_: &mut storage::Transaction| Ok(true);
        let done = operators.record_own(&demo, "signed in", act);
        done.await.expect("an answer")
    };
    assert!(done().await);
    app.operate(async |tx| tx.operators().set_enabled(&demo, false).await)
        .await;
    assert!(!done().await);
}

async fn of_two_links_by_the_same_form_one_is_made(app: &mut TestApp) {
    let (services, admin) = (app.selfservice(), mandate(ADMIN.0, own()));
    let people = services.list_developers(&own()).await.expect("people");
    let seen = Seen::of_team(&people, &[]);
    let whom = (&email("new@example.com"), DeveloperRole::Developer);
    let (first, second) = (TokenHash::new("first"), TokenHash::new("second"));
    let (one, other) = tokio::join!(
        services.invite_developer(&admin, whom, &first, Some(&seen)),
        services.invite_developer(&admin, whom, &second, Some(&seen))
    );
    let refused = |made: &Result<_, OwnRefusal>| matches!(made, Err(OwnRefusal::MadeAlready));
    assert_eq!(
        usize::from(refused(&one)) + usize::from(refused(&other)),
        1,
        "{one:?} {other:?}"
    );
    let mut alive = 0;
    for link in [&first, &second] {
        alive += usize::from(services.find_invitation(link).await.is_ok());
    }
    assert_eq!(alive, 1);
}
