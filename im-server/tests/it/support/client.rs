//! A client of the HTTP API. Every answer is compared with the API's description on the way.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{Socket, openapi};

/// A site, seen from outside by nobody in particular.
#[derive(Clone)]
pub struct Site {
    /// `http://127.0.0.1:1234/im/`
    pub url: String,
    pub http: reqwest::Client,
    pub headers: HeaderMap,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        self.body
    }

    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("-")
    }
}

impl Site {
    pub fn new(base: &str, path: &str) -> Self {
        Self {
            url: format!("{base}{path}"),
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(Duration::from_secs(60))
                .build()
                .unwrap(),
            headers: HeaderMap::new(),
        }
    }

    /// The same site with one more header on every request.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut site = self.clone();
        site.headers
            .insert(name, HeaderValue::from_str(value).unwrap());
        site
    }

    pub async fn request(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.try_request(method, path, body).await.unwrap()
    }

    pub async fn try_request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Answer> {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.url))
            .headers(self.headers.clone());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if path.starts_with("api/") {
            openapi::check_answer(method.as_str(), path, status, &headers, &body);
        }
        Ok(Answer {
            status,
            headers,
            text,
            body,
        })
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, None).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path, Some(body)).await
    }
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path, Some(body)).await
    }
    pub async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path, None).await
    }

    pub async fn try_sign_in(&self, name: &str, password: &str) -> Answer {
        self.post(
            "api/v1/session",
            json!({ "username": name, "password": password }),
        )
        .await
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> User {
        let body = self.try_sign_in(name, password).await.expect(201);
        self.user(&body)
    }

    /// Makes an own account.
    pub async fn register(&self, name: &str, password: &str) -> User {
        let body = self
            .post(
                "api/v1/registration",
                json!({ "username": name, "password": password }),
            )
            .await
            .expect(201);
        self.user(&body)
    }

    /// Who signed in, by the answer.
    pub fn user(&self, session: &Value) -> User {
        let token = session["token"].as_str().expect("a token").to_owned();
        User {
            id: session["user"]["id"].as_str().unwrap().to_owned(),
            new: session["user"]["new"].as_bool().unwrap(),
            site: self.with("authorization", &format!("Bearer {token}")),
            token,
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct User {
    pub id: String,
    pub token: String,
    pub new: bool,
    pub site: Site,
}

impl User {
    pub async fn get(&self, path: &str) -> Answer {
        self.site.get(path).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.site.post(path, body).await
    }
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.site.patch(path, body).await
    }
    pub async fn delete(&self, path: &str) -> Answer {
        self.site.delete(path).await
    }
    pub async fn sign_out(&self) {
        self.delete("api/v1/session").await.expect(204);
    }

    /// The same person with their token at another site.
    pub fn at(&self, site: &Site) -> Self {
        Self {
            site: site.with("authorization", &format!("Bearer {}", self.token)),
            ..self.clone()
        }
    }

    /// An event stream; `after` as in the address.
    pub async fn events(&self, after: Option<u64>) -> Socket {
        Socket::open(&self.site, after)
            .await
            .unwrap_or_else(|error| panic!("no event stream: {error}"))
    }
}
