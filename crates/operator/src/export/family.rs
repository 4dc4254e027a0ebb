//! The products of one agreement at a time, each after its parent.

use std::collections::BTreeMap;

use domain::{ProductId, ProductStatus};
use storage::KeptProduct;

/// Collects products, which come by agreement.
#[derive(Default)]
pub(super) struct Family(Vec<KeptProduct>);

impl Family {
    /// Adds one; those of the agreement before are given back once it is another's.
    pub(super) fn add(&mut self, product: KeptProduct) -> Vec<KeptProduct> {
        let first = self.0.first();
        let other = first.is_some_and(|first| first.agreement != product.agreement);
        let done = if other { self.take() } else { Vec::new() };
        if product.status == ProductStatus::Ordered {
            self.0.push(product);
        }
        done
    }

    /// Those that were collected: parents first, and otherwise in the order in which they came.
    pub(super) fn take(&mut self) -> Vec<KeptProduct> {
        let products = std::mem::take(&mut self.0);
        if products.iter().all(|product| product.parent.is_none()) {
            return products;
        }
        let mut children: BTreeMap<Option<ProductId>, Vec<KeptProduct>> = BTreeMap::new();
        for product in products {
            children.entry(product.parent).or_default().push(product);
        }
        let mut sorted = Vec::new();
        // A stack, since nothing bounds how deep products lie in each other.
        let mut open = children.remove(&None).unwrap_or_default();
        open.reverse();
        while let Some(product) = open.pop() {
            let mut own = children.remove(&Some(product.id)).unwrap_or_default();
            own.reverse();
            open.extend(own);
            sorted.push(product);
        }
        sorted
    }
}
