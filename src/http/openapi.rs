//! The route table's rows, and the OpenAPI 3.1 document made from them.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Route, web};
use utoipa::openapi::path::{HttpMethod, ParameterBuilder, ParameterIn, PathItem, PathsBuilder};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, ResponseBuilder, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::describe::{Describe, Draft};
use crate::error::{Error, Problem};

/// One method of one path.
pub struct Endpoint {
    method: Method,
    path: &'static str,
    route: Route,
    describe: fn(&mut Draft),
}

fn endpoint<F, Args>(method: Method, path: &'static str, handler: F) -> Endpoint
where
    F: Handler<Args> + Describe<Args>,
    Args: FromRequest + 'static,
    F::Output: actix_web::Responder + 'static,
{
    let route = web::method(method.clone()).to(handler);
    Endpoint { method, path, route, describe: <F as Describe<Args>>::describe }
}

macro_rules! methods {
    ($($(#[$meta:meta])* $name:ident = $method:ident),+) => {
        $(
            $(#[$meta])*
            pub fn $name<F, Args>(path: &'static str, handler: F) -> Endpoint
            where
                F: Handler<Args> + Describe<Args>,
                Args: FromRequest + 'static,
                F::Output: actix_web::Responder + 'static,
            {
                endpoint(Method::$method, path, handler)
            }
        )+
    };
}

methods! {
    /// A GET.
    get = GET,
    /// A POST.
    post = POST,
    /// A PUT.
    put = PUT,
    /// A PATCH.
    patch = PATCH,
    /// A DELETE.
    delete = DELETE,
    /// A HEAD.
    head = HEAD,
    /// An OPTIONS.
    options = OPTIONS
}

fn groups(endpoints: Vec<Endpoint>) -> Vec<(&'static str, Vec<Endpoint>)> {
    let mut groups: Vec<(&'static str, Vec<Endpoint>)> = Vec::new();
    for endpoint in endpoints {
        match groups.iter_mut().find(|(path, _)| *path == endpoint.path) {
            Some((_, group)) => group.push(endpoint),
            None => groups.push((endpoint.path, vec![endpoint])),
        }
    }
    groups
}

/// One resource per path, so that a wrong method is 405 with `Allow` and not 404.
pub fn resources(endpoints: Vec<Endpoint>) -> Vec<Resource> {
    groups(endpoints)
        .into_iter()
        .map(|(path, group)| {
            let allow = group.iter().map(|endpoint| endpoint.method.as_str()).collect::<Vec<_>>().join(", ");
            let resource = web::resource(path).default_service(web::to(move || {
                let allow = allow.clone();
                async move { Err::<HttpResponse, _>(Error::method_not_allowed(allow)) }
            }));
            group.into_iter().fold(resource, |resource, endpoint| resource.route(endpoint.route))
        })
        .collect()
}

/// The document.
pub fn document(endpoints: Vec<Endpoint>) -> OpenApi {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    // OpenAPI has no word for it: two headers that belong together.
    let header = |name, description| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, description)))
    };
    let mut components = ComponentsBuilder::new()
        .schema(Problem::name(), Problem::schema())
        .security_scheme("access_token", SecurityScheme::Http(bearer))
        .security_scheme(
            "bound_access_token",
            header("Authorization", "`DPoP <access token>`, of a session that is bound to a key."),
        )
        .security_scheme(
            "proof_of_possession",
            header(
                "DPoP",
                "A proof of possession (RFC 9449) for this very request: typ `dpop+jwt`, alg ES256 or EdDSA, with `jwk`, `htm`, \
                 `htu`, `iat`, `jti`, `ath`, and `nonce` where one was asked for.",
            ),
        );
    let mut nested = Vec::new();
    Problem::schemas(&mut nested);
    let mut paths = PathsBuilder::new();
    for (path, group) in groups(endpoints) {
        let mut item = PathItem::default();
        for endpoint in group {
            let mut draft = Draft::new();
            (endpoint.describe)(&mut draft);
            nested.append(&mut draft.schemas);
            let method = http_method(&endpoint.method);
            item.merge_operations(PathItem::new(method, operation(path, draft)));
        }
        paths = paths.path(path, item);
    }
    for (name, schema) in nested {
        components = components.schema(name, schema);
    }
    let info = InfoBuilder::new()
        .title("Farlight")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Cases, contact logs, location clues and rescues. Errors are `application/problem+json` with a stable \
             `code`; what you may not see is absent; times are RFC 3339 UTC; ids are UUIDs and may be made by the \
             client (version 7).",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build()
}

fn http_method(method: &Method) -> HttpMethod {
    match method.as_str() {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        "HEAD" => HttpMethod::Head,
        "OPTIONS" => HttpMethod::Options,
        _ => HttpMethod::Get,
    }
}

fn operation(path: &str, draft: Draft) -> utoipa::openapi::path::Operation {
    let mut operation = draft.operation;
    let mut problems =
        vec![("429", "Too many requests; see Retry-After."), ("500", "Our fault; nothing was changed.")];
    problems.push(("503", "Not now; see Retry-After."));
    if let Some(action) = draft.action {
        let tag = action.as_str().split('.').next().unwrap_or_default();
        operation = operation
            .operation_id(Some(action.as_str()))
            .summary(Some(action.summary()))
            .tags(Some([tag.to_owned()]));
    }
    problems.push((
        "401",
        "No valid access token, or wrong credentials; or no valid proof of possession where the token is bound to a key: with \
         `use-dpop-nonce`, the header `DPoP-Nonce` holds what the next proof is to repeat.",
    ));
    if !draft.public {
        let bound = SecurityRequirement::new("bound_access_token", [] as [&str; 0]);
        operation = operation
            .security(SecurityRequirement::new("access_token", [] as [&str; 0]))
            .security(bound.add("proof_of_possession", [] as [&str; 0]));
        problems.push(("403", "Your role does not allow this."));
        problems.push(("404", "Not there, or not in your reach."));
    }
    problems.push(("400", "The request cannot be read."));
    problems.push(("409", "The state of the record forbids it."));
    problems.push(("422", "Some fields cannot be accepted; see `errors`."));
    if draft.has_body {
        problems.push(("408", "The body did not arrive in time."));
        problems.push(("413", "The body is too large."));
        problems.push(("415", "The body is of another type."));
    }
    if draft.updates {
        problems.push(("412", "The record was changed in between."));
        problems.push(("428", "If-Match is missing."));
    }
    problems.extend(&draft.problems);
    let mut names: Vec<_> =
        path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(|name| (name, None)).collect();
    if let Some((_, schema)) = names.last_mut() {
        *schema = draft.word;
    }
    for (name, word) in names {
        let (kind, format) = match name {
            "token" => (Type::String, None),
            "seq" => (Type::Integer, Some(KnownFormat::Int64)),
            _ => (Type::String, Some(KnownFormat::Uuid)),
        };
        let format = format.map(SchemaFormat::KnownFormat);
        let id = ObjectBuilder::new().schema_type(SchemaType::Type(kind)).format(format);
        let schema: RefOr<Schema> = word.unwrap_or_else(|| Schema::from(id.build()).into());
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(schema));
        operation = operation.parameter(parameter);
    }
    for (status, description) in problems {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
        let response =
            ResponseBuilder::new().description(description).content("application/problem+json", content);
        operation = operation.response(status, response);
    }
    let mut operation = operation.build();
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with('2')
        {
            let headers = draft.success_headers.iter();
            response
                .headers
                .extend(headers.map(|(name, header)| ((*name).to_owned(), RefOr::T(header.clone()))));
        }
    }
    operation
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Of two shapes with one name only one is in the document, and describes both.
    #[test]
    fn every_name_in_the_document_means_one_thing() {
        let mut seen = HashMap::new();
        for endpoint in crate::routes::table() {
            let mut draft = Draft::new();
            (endpoint.describe)(&mut draft);
            for (name, schema) in draft.schemas {
                let shape = serde_json::to_string(&schema).unwrap();
                let before = seen.entry(name.clone()).or_insert_with(|| shape.clone());
                assert_eq!(*before, shape, "{name} is two things; see {}", endpoint.path);
            }
        }
    }

    /// What the document refers to is in it.
    #[test]
    fn every_reference_leads_somewhere() {
        let document = document(crate::routes::table()).to_json().unwrap();
        let value: serde_json::Value = serde_json::from_str(&document).unwrap();
        let schemas = value["components"]["schemas"].as_object().unwrap();
        for reference in document.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name} is referred to and not described");
        }
    }
}
