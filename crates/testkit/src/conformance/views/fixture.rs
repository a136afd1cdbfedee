use std::any::Any;
use std::sync::Arc;

use odd_core::ports::Views;

/// Empty views.
pub struct ViewsFixture {
    /// The views.
    pub views: Arc<dyn Views>,
    /// Resources that must live as long as the views.
    pub keep: Box<dyn Any + Send + Sync>,
}
