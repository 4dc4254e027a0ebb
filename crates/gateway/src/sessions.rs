//! Sessions of people who are signed in: what their browser holds, and when it ends.

use domain::access::{Realm, TokenHash};
use jiff::{SignedDuration, Timestamp};
use storage::{Error, SessionAge, Transaction};

use crate::logins::{Logins, Verified};
use crate::server_key::Purpose;

/// A session that nobody uses ends after this.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// No session lasts longer, however much it is used.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// That a session is used is noted no more often than this.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// 160 bits, which nobody guesses.
const TOKEN_BYTES: usize = 20;

/// What a browser holds, shown to it once.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken {
    text: String,
    hash: TokenHash,
}

/// Someone who is signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Where.
    pub realm: Realm,
    /// Who.
    pub name: String,
    /// Since when.
    pub started_at: Timestamp,
    /// Whether they have to choose another password before anything else.
    pub must_change: bool,
    /// Whether signing in takes a one-time code.
    pub has_codes: bool,
    /// What each of their forms holds, so that no other site can make one.
    pub form_token: String,
    hash: TokenHash,
}

impl SessionToken {
    /// The text that the browser keeps.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Session {
    /// Whose it is: realm and name, as logins know them.
    #[must_use]
    pub fn login(&self) -> (Realm, &str) {
        (self.realm, &self.name)
    }
}

impl Logins {
    /// A token that nobody has had, whoever signs in and whatever their browser held before.
    #[must_use]
    pub fn new_token(&self) -> SessionToken {
        let mut bytes = [0; TOKEN_BYTES];
        self.entropy.fill(&mut bytes);
        let text = hex::encode(bytes);
        let hash = self.key.hash(Purpose::SessionToken, text.as_bytes());
        SessionToken { text, hash }
    }

    /// Begins a session of someone who was verified; false when their code was used meanwhile, or
    /// when they sign in by something else by now.
    pub(crate) async fn begin(
        &self,
        tx: &mut Transaction,
        verified: &Verified,
        token: &SessionToken,
    ) -> Result<bool, Error> {
        let whose = (verified.realm, verified.login.name.as_str());
        let login = tx.logins().hold(whose.0, whose.1).await?;
        // Whoever sets another password from here on finds the session, and ends it.
        let is_same = login.is_some_and(|login| verified.is_by(&login));
        let used = is_same && self.use_code(tx, verified).await?;
        if used {
            let now = self.clock.now();
            tx.sessions().insert(&token.hash, whose, now).await?;
        }
        Ok(used)
    }

    /// Whether a session goes on. Nothing ends it, and the person's login stays as it is, until the
    /// transaction ends.
    pub(crate) async fn lasts(
        &self,
        tx: &mut Transaction,
        session: &Session,
    ) -> Result<bool, Error> {
        tx.logins().hold(session.realm, &session.name).await?;
        tx.sessions().lasts(&session.hash).await
    }

    /// Goes on with a session under another token, in place of the one before.
    pub(crate) async fn renew(
        &self,
        tx: &mut Transaction,
        session: &Session,
        token: &SessionToken,
    ) -> Result<(), Error> {
        tx.sessions().end(&session.hash).await?;
        let whose = (session.realm, session.name.as_str());
        let now = self.clock.now();
        tx.sessions().insert(&token.hash, whose, now).await
    }

    /// Who holds a token, if their session has not ended.
    pub async fn session(&self, realm: Realm, token: &str) -> Result<Option<Session>, Error> {
        let shaped = token.len() == 2 * TOKEN_BYTES && token.bytes().all(|b| b.is_ascii_hexdigit());
        if !shaped {
            return Ok(None);
        }
        let hash = self.key.hash(Purpose::SessionToken, token.as_bytes());
        let now = self.clock.now();
        let age = SessionAge {
            started_after: before(now, LONGEST),
            seen_after: before(now, IDLE),
        };
        let find = async |tx: &mut Transaction| tx.sessions().find(&hash, realm, age).await;
        let Some(found) = self.store.read(find).await? else {
            return Ok(None);
        };
        if found.seen_at <= before(now, NOTED_EVERY) {
            let touch = async |tx: &mut Transaction| tx.sessions().touch(&hash, now).await;
            self.store.transact(touch).await?;
        }
        let form_token = self.key.hash(Purpose::FormToken, hash.as_str().as_bytes());
        Ok(Some(Session {
            realm,
            name: found.name,
            started_at: found.started_at,
            must_change: found.must_change,
            has_codes: found.has_totp,
            form_token: form_token.as_str().to_owned(),
            hash,
        }))
    }

    /// Ends a session; false when it has ended already.
    pub(crate) async fn end(&self, tx: &mut Transaction, session: &Session) -> Result<bool, Error> {
        tx.sessions().end(&session.hash).await
    }

    /// Ends all sessions of the person but this one.
    pub(crate) async fn end_others(
        &self,
        tx: &mut Transaction,
        session: &Session,
    ) -> Result<u64, Error> {
        tx.sessions()
            .end_others(session.realm, &session.name, Some(&session.hash))
            .await
    }
}

fn before(now: Timestamp, duration: SignedDuration) -> Timestamp {
    now.saturating_sub(duration).unwrap_or(Timestamp::MIN)
}

/// Sessions that were last used by then have ended.
pub(crate) fn ended_by(now: Timestamp) -> Timestamp {
    before(now, LONGEST)
}
