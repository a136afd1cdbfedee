use std::net::SocketAddr;

use axum::Router;
use odd_client::{Token, Url};
use tokio::net::TcpListener;

use crate::commands::deployment::Deployment;
use crate::settings::ClientSettings;

/// Serves these routes on a free port until the runtime ends.
pub(super) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Returns the client of a deployment whose gateway and read-model have this address.
pub(super) fn deployment(address: SocketAddr) -> Deployment {
    let url = Url::parse(&format!("http://{address}")).expect("a URL");
    let settings = ClientSettings {
        gateway_url: url.clone(),
        read_model_url: url,
        token: Some(Token::new("secret".to_owned())),
    };
    Deployment::new(settings, None, None, None).expect("a client")
}
