use super::setting::{Kind, Setting, setting};

pub(crate) const WEB_ADDR: Setting = setting(
    "ODD_WEB_ADDR",
    Some("web.addr"),
    Kind::Text,
    "127.0.0.1:8081",
    "Listen address of the web dashboard.",
    "",
);
pub(crate) const WEB_BASE_PATH: Setting = setting(
    "ODD_WEB_BASE_PATH",
    Some("web.base_path"),
    Kind::Text,
    "/",
    "Path under which browsers see the web dashboard.",
    "For a proxy that serves it below a path such as `/observatory/`, which the proxy may remove or keep.",
);
pub(crate) const WEB_FRAME_ANCESTORS: Setting = setting(
    "ODD_WEB_FRAME_ANCESTORS",
    Some("web.frame_ancestors"),
    Kind::List,
    "none",
    "Origins whose pages may show the web dashboard in a frame.",
    "A page of another site cannot sign in inside a frame: browsers keep the cookie of the session from it.",
);
pub(crate) const PTY_URL: Setting = setting(
    "ODD_PTY_URL",
    Some("web.terminal_url"),
    Kind::Text,
    "http://127.0.0.1:9000",
    "URL of the terminal server that the web dashboard uses.",
    "`none` if there is no terminal server.",
);
