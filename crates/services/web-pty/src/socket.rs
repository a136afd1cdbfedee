use futures_util::stream::{SplitSink, SplitStream};
use odd_service_kit::UpgradedStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// The side of a WebSocket that receives.
pub(crate) type SocketReader = SplitStream<WebSocketStream<UpgradedStream>>;

/// The side of a WebSocket that sends.
pub(crate) type SocketWriter = SplitSink<WebSocketStream<UpgradedStream>, Message>;
