//! What all pages of a site have in common.

use std::fmt;
use std::sync::Arc;

use axum::Router;

use crate::Logo;
use crate::assets::{self, Asset};
use crate::brand::Brand;

/// A site: its brand, its name and its files. Cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    brand: Brand,
    logo_address: Option<String>,
    name: String,
    home: String,
    assets: Vec<Asset>,
}

impl Site {
    /// A site of this name, such as `Console`, whose first page is at `home`, with files of its own
    /// beside those of all sites.
    #[must_use]
    pub fn new(brand: Brand, name: &str, home: &str, own: Vec<Asset>) -> Self {
        let style: &[u8] = include_bytes!("../assets/style.css");
        let icon: &[u8] = include_bytes!("../assets/icon.svg");
        let mut assets = vec![
            Asset::new("style.css", "text/css; charset=utf-8", style),
            Asset::new("brand.css", "text/css; charset=utf-8", brand.style()),
            Asset::new("icon.svg", "image/svg+xml", icon),
        ];
        assets.extend(own);
        let logo = brand.logo.as_ref().map(Logo::file);
        let logo = logo.map(|(name, media_type, bytes)| Asset::new(name, media_type, bytes));
        let logo_address = logo.as_ref().map(|logo| logo.address.clone());
        assets.extend(logo);
        Self(Arc::new(Inner {
            brand,
            logo_address,
            name: name.to_owned(),
            home: home.to_owned(),
            assets,
        }))
    }

    /// Whose site it is.
    #[must_use]
    pub fn brand(&self) -> &Brand {
        &self.0.brand
    }

    /// Where the brand's logo is, if there is one.
    #[must_use]
    pub fn logo(&self) -> Option<&str> {
        self.0.logo_address.as_deref()
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where its first page is.
    #[must_use]
    pub fn home(&self) -> &str {
        &self.0.home
    }

    /// The address of one of its files; `#` when there is none of this name.
    #[must_use]
    pub fn asset(&self, name: &str) -> &str {
        let asset = self.0.assets.iter().find(|asset| asset.is_named(name));
        asset.map_or("#", |asset| &asset.address)
    }

    /// Serves the files.
    pub fn assets(&self) -> Router {
        assets::router(&self.0.assets)
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new(Brand::default(), "Pages", "/", Vec::new())
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Site({})", self.0.name)
    }
}
