use std::sync::{Arc, LazyLock};

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use utoipa_swagger_ui::Config;

use crate::exposition::Exposition;
use crate::health::Readiness;
use crate::{ProblemCode, ProblemResponse};

static SWAGGER_UI: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::new(["/openapi.json"])));

pub(crate) async fn get_openapi(State(document): State<Arc<str>>) -> Response {
    ([(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

/// Checks the dependencies first: nothing else keeps their gauges current where no readiness probe is configured.
pub(crate) async fn get_metrics(
    State(readiness): State<Readiness>,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    let format = Exposition::preferred(&headers);
    let metrics = readiness.current_metrics().await;
    // Some figures are read from files, which may block.
    let rendering = tokio::task::spawn_blocking(move || metrics.render_as(format));
    let text = rendering.await.map_err(|_| ProblemResponse::internal())?;
    let media = [(CONTENT_TYPE, format.media_type()), (VARY, "accept")];
    Ok((media, text).into_response())
}

pub(crate) async fn redirect_to_docs() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, "/docs/")]).into_response()
}

pub(crate) async fn get_docs_index() -> Result<Response, ProblemResponse> {
    swagger_file("index.html")
}

pub(crate) async fn get_docs_file(
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ProblemResponse> {
    let Path(file) = path.map_err(|_| no_such_file())?;
    swagger_file(&file)
}

fn swagger_file(path: &str) -> Result<Response, ProblemResponse> {
    let file = utoipa_swagger_ui::serve(path, Arc::clone(&SWAGGER_UI))
        .map_err(|_| ProblemResponse::internal())?
        .ok_or_else(no_such_file)?;
    let media =
        HeaderValue::try_from(file.content_type).map_err(|_| ProblemResponse::internal())?;
    Ok(([(CONTENT_TYPE, media)], file.bytes.into_owned()).into_response())
}

fn no_such_file() -> ProblemResponse {
    ProblemResponse::new(ProblemCode::NotFound, "the API browser has no such file")
}
