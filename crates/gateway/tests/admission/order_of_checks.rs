//! x

#[tokio::test]
async fn gateway_futures_can_be_spawned() {
    fn is_send<T: Send>(_: &T) {}
    crate::world::on_each_engine(async |world| {
        let request = crate::world::by_password("demo", "API1000DEMO", "x");
        is_send(&world.gateway.issue(&request));
        let call = gateway::Call { operation: "x", scope: "y", authorization: &[], network: crate::world::HOME };
        is_send(&world.gateway.admit(&call));
    }).await;
}
