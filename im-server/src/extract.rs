//! What routes take from a request; whatever is wrong with it is a [`Problem`].

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use im_messenger::Acting;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::app::{App, Site};
use crate::middleware::ClientAddress;
use crate::problem::Problem;
use crate::session_token::{self, Carrier};

/// The site that a request is for, and the server around it.
#[derive(Debug, Clone)]
pub(crate) struct At {
    /// The server.
    pub app: Arc<App>,
    /// The site.
    pub site: Arc<Site>,
}

/// Somebody who is signed in at this site.
#[derive(Debug)]
pub(crate) struct Signed(pub Acting);

impl FromRequestParts<At> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, at: &At) -> Result<Self, Problem> {
        signed(parts, at).await.map(|(acting, _)| Self(acting))
    }
}

/// Who a request acts for, and how it said so.
///
/// # Errors
/// `session_invalid`, `site_full` and what else keeps the session from being used.
pub(crate) async fn signed(parts: &Parts, at: &At) -> Result<(Acting, Carrier), Problem> {
    let (token, carrier) =
        session_token::of(&parts.headers).ok_or(Problem::new("session_invalid"))?;
    let acting = at.app.messenger.acting(&at.site.path, token).await?;
    Ok((acting, carrier))
}

/// A JSON body. Unknown keys are refused by the types that routes read.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !json {
            // Also keeps plain HTML forms of other websites out.
            return Err(Problem::new("unsupported_media_type"));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::invalid("the body could not be read"))?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let Object(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            Problem::invalid(if path == "." {
                error.into_inner().to_string()
            } else {
                format!("{path}: {}", error.into_inner())
            })
        })?;
        reader
            .end()
            .map_err(|_| Problem::invalid("there is something after the JSON value"))?;
        Ok(Self(value))
    }
}

/// A JSON object. The types that are derived would take an array of their fields as well.
#[derive(Debug)]
pub(crate) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }
        from.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// For a key that may be absent but not `null`.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// The query of an address.
#[derive(Debug)]
pub(crate) struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Query::from_request_parts(parts, state)
            .await
            .map(|Query(value)| Self(value))
            .map_err(|error| Problem::invalid(error.body_text()))
    }
}

/// The id in an address.
#[derive(Debug)]
pub(crate) struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(id)| Self(id))
            .map_err(|_| Problem::new("not_found"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get()
            .copied()
            .ok_or(Problem::new("internal"))
    }
}
