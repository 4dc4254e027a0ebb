//! The composition root: the only place that knows every crate.

use std::sync::Arc;

use anyhow::{Context, bail};
use api::{OPERATIONS, Services};
use domain::access::Scope;
use domain::{Clock, Entropy};
use gateway::{Gateway, Nodes, ServerKey};
use selfservice::SelfService;
use selfservice::fulfillment::Schedule;
use storage::{Store, Transaction};

use crate::cli::ResponseStyle;
use crate::config::Config;
use crate::key_file;
use crate::system::{OsEntropy, SystemClock};

/// What a running server is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) key: ServerKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

/// What the way of starting decides, beyond the settings.
pub(crate) struct Mode {
    pub(crate) limits: bool,
    pub(crate) sandbox_faults: bool,
    pub(crate) schedule: Schedule,
    pub(crate) public_url: String,
}

impl Parts {
    /// Opens the database with the key that belongs to it.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let shown = config.database.shown();
        let store = Store::open(config.database.url())
            .await
            .with_context(|| format!("failed to open {shown}"))?;
        let key = key_file::load_or_create(&config.key_file, entropy.as_ref())?;
        check_key(&store, &key)
            .await
            .with_context(|| format!("failed to use {} with {shown}", config.key_file.display()))?;
        store.transact(define_api_products).await?;
        Ok(Self {
            store,
            key,
            clock: Arc::new(SystemClock),
            entropy,
        })
    }

    /// The services on this database.
    pub(crate) fn services(&self, config: &Config, mode: Mode) -> Services {
        let nodes = if config.database.is_embedded() {
            Nodes::One
        } else {
            Nodes::Several
        };
        let gateway = Gateway::new(
            self.store.clone(),
            Arc::clone(&self.clock),
            Arc::clone(&self.entropy),
            self.key.clone(),
            gateway::Settings {
                limits: mode.limits,
                ..gateway::Settings::new(nodes)
            },
        );
        let selfservice = SelfService::new(
            self.store.clone(),
            Arc::clone(&self.clock),
            &self.key.derive("ids"),
            mode.schedule,
        );
        Services::new(api::Inner {
            selfservice,
            gateway,
            settings: api::Settings {
                public_url: mode.public_url,
                brackets: config.response_style == ResponseStyle::Documented,
                strict_codes: config.strict_codes,
                sandbox_faults: mode.sandbox_faults,
            },
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        })
    }
}

/// A key that made none of this database's hashes would lock everyone out, so it is refused.
async fn check_key(store: &Store, key: &ServerKey) -> anyhow::Result<()> {
    let fingerprint = hex::encode(key.derive("fingerprint"));
    let settle = async |tx: &mut Transaction| {
        tx.installation()
            .settle("key_fingerprint", &fingerprint)
            .await
    };
    if store.transact(settle).await? != fingerprint {
        bail!(
            "the database was made with another key\nhint: restore the key file that belongs to it"
        );
    }
    Ok(())
}

/// The two API products of the documents hold what the operations declare.
async fn define_api_products(tx: &mut Transaction) -> Result<(), storage::Error> {
    let mut products = tx.api_products();
    for operation in OPERATIONS {
        products.insert(operation.product).await?;
        products
            .add_operation(operation.product, operation.id)
            .await?;
        products
            .add_scope(operation.product, &Scope::new(operation.scope))
            .await?;
    }
    Ok(())
}
