use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_web_ui::{Upstreams, WebUi};

use crate::observatory::role_task::RoleTask;
use crate::settings::WebSettings;

/// Builds the web role. It needs no store.
pub(super) fn web_role(
    settings: &WebSettings,
    upstreams: Upstreams,
    http: HttpConfig,
    info: ServiceInfo,
) -> RoleTask {
    let config = odd_web_ui::Config {
        http,
        base_path: settings.base_path.clone(),
        frame_ancestors: settings.frame_ancestors.clone(),
        ..odd_web_ui::Config::new(upstreams)
    };
    let web_ui = WebUi::new(config, info);
    Box::new(|listener, shutdown| Box::pin(async { Ok(web_ui.run(listener, shutdown).await?) }))
}
