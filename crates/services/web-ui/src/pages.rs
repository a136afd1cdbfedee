use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use odd_service_kit::{Access, ProblemCode, ProblemResponse, Produces, Route, Routes};

use crate::assets::{Caching, FileAnswer, content_digest};
use crate::{Assets, BasePath};

/// The start of the element whose path depends on the settings.
const BASE: &str = "<base href=\"/\"";
/// Paths below these are never pages.
const NO_PAGES: [&str; 2] = ["api/", "assets/"];

/// Shown instead of the dashboard by a binary that was built without it.
const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>The web dashboard is not part of this build</title>
<h1>The web dashboard is not part of this build</h1>
<p>The observatory runs, but this binary was built before the pages. With Node.js 20.19 or newer, run in the repository:</p>
<pre>cargo xtask web
cargo xtask up</pre>
<p>The first command builds <code>web/dist</code>, the second a binary that contains it. Until then, use
<code>odd-dashboard</code> in a terminal, or the API at <code>/docs/</code>.</p>
</html>
";

/// The pages of the dashboard.
#[derive(Debug, Clone)]
pub(crate) struct Pages {
    assets: Assets,
    /// The page with its base path; `None` in a binary without pages.
    index: Option<Arc<Index>>,
}

#[derive(Debug)]
struct Index {
    text: Bytes,
    digest: String,
}

impl Pages {
    pub(crate) fn new(assets: Assets, base_path: &BasePath) -> Self {
        let index = assets.index().map(|text| {
            let base = format!("<base href=\"{base_path}\"");
            let text = text.replacen(BASE, &base, 1);
            let digest = content_digest(text.as_bytes());
            let text = Bytes::from(text);
            Arc::new(Index { text, digest })
        });
        Self { assets, index }
    }

    /// Returns the routes of the pages and their files.
    pub(crate) fn routes(self) -> Routes {
        // The query of a page belongs to its scripts.
        let file = |path| Route::get(path, Access::Public).produces(Produces::Anything);
        let page = |path| file(path).any_query();
        Routes::new()
            .add(page("/"), get_index)
            .add(file("/assets/{*file}"), get_asset)
            .add(page("/{*page}"), get_page)
            .with_state(self)
    }

    fn index(&self, headers: &HeaderMap) -> Response {
        match &self.index {
            Some(index) => FileAnswer::of_page(index.text.clone(), &index.digest).answer(headers),
            None => ([(CACHE_CONTROL, "no-store")], Html(NOT_BUILT)).into_response(),
        }
    }

    fn file(&self, uri: &Uri, caching: Caching, headers: &HeaderMap) -> Option<Response> {
        let asset = self.assets.find(relative(uri))?;
        Some(FileAnswer::of_asset(asset, caching, headers).answer(headers))
    }
}

async fn get_index(State(pages): State<Pages>, headers: HeaderMap) -> Response {
    pages.index(&headers)
}

async fn get_asset(
    State(pages): State<Pages>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    let file = pages.file(&uri, Caching::Immutable, &headers);
    file.ok_or_else(no_such_file)
}

async fn get_page(
    State(pages): State<Pages>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    if let Some(file) = pages.file(&uri, Caching::Revalidated, &headers) {
        return Ok(file);
    }
    match is_page(relative(&uri)) {
        true => Ok(pages.index(&headers)),
        false => Err(no_such_file()),
    }
}

/// Returns `false` for the paths of files. Names of job types may contain dots, so only the first segment decides.
fn is_page(path: &str) -> bool {
    let is_reserved = NO_PAGES.iter().any(|prefix| path.starts_with(prefix));
    !is_reserved && (path.contains('/') || !path.contains('.'))
}

fn relative(uri: &Uri) -> &str {
    uri.path().trim_start_matches('/')
}

fn no_such_file() -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::NotFound,
        "there is no such file; after an update of the observatory, load the page again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_files_are_distinguished() {
        for page in [
            "jobs",
            "jobs/7",
            "types/report.daily",
            "anything",
            "api",
            "apis/x",
        ] {
            assert!(is_page(page), "{page}");
        }
        for file in ["favicon.ico", "index.html", "assets/x", "api/", "api/x/y"] {
            assert!(!is_page(file), "{file}");
        }
    }
}
