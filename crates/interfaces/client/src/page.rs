use reqwest::{Method, Response, Url};

use crate::client::Service;
use crate::{Client, ClientError};

/// Longer answers are cut.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The answer of a server to a plain request, with any status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// The `Date` header, as the server wrote it.
    pub date: Option<String>,
    /// The body; bytes that are not UTF-8 are replaced.
    pub text: String,
}

impl Client {
    /// Requests any URL, such as the `/metrics` of one role. The token is sent too: ask only servers that may have it.
    ///
    /// # Errors
    /// When there is no answer. An answer with any status is a page.
    pub async fn page(&self, url: &Url) -> Result<Page, ClientError> {
        let service = Service::at("server", url.clone());
        let request = self.request(&service, Method::GET, &[], &[]);
        let response = request
            .send()
            .await
            .map_err(|error| service.transport(error))?;
        let date = response.headers().get(reqwest::header::DATE);
        let date = date
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let status = response.status().as_u16();
        let text = read(response)
            .await
            .map_err(|error| service.transport(error))?;
        Ok(Page { status, date, text })
    }
}

async fn read(mut response: Response) -> Result<String, reqwest::Error> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_BYTES {
        match response.chunk().await? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
