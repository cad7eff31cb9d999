//! What a handler's signature says about its operation. OpenAPI is built from the types themselves, so that it
//! cannot drift from the code.

mod answers;
mod arguments;

use std::future::Future;

use actix_web::{FromRequest, Handler, Responder};
use utoipa::ToSchema;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Content, ContentBuilder, HeaderBuilder, Ref, RefOr, Required, ResponseBuilder};

use crate::authz::Action;
use crate::error::Error;

/// An operation while it is being described.
pub struct Draft {
    pub(super) action: Option<Action>,
    pub(super) public: bool,
    pub(super) has_body: bool,
    pub(super) updates: bool,
    pub(super) problems: Vec<(&'static str, &'static str)>,
    /// What the last parameter of the path is, where it is no id.
    pub(super) word: Option<RefOr<Schema>>,
    pub(super) success_headers: Vec<(&'static str, Header)>,
    pub(super) operation: OperationBuilder,
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
}

impl Draft {
    pub(super) fn new() -> Self {
        Self {
            action: None,
            public: false,
            has_body: false,
            updates: false,
            problems: Vec::new(),
            word: None,
            success_headers: Vec::new(),
            operation: OperationBuilder::new(),
            schemas: Vec::new(),
        }
    }

    fn change(&mut self, change: impl FnOnce(OperationBuilder) -> OperationBuilder) {
        self.operation = change(std::mem::take(&mut self.operation));
    }

    fn header(&mut self, name: &str, required: bool, description: &str) {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(if required { Required::True } else { Required::False })
            .description(Some(description))
            .schema(Some(text()));
        self.change(|operation| operation.parameter(parameter));
    }

    fn body(&mut self, media: &str, content: Content, required: Required) {
        self.has_body = true;
        let body = RequestBodyBuilder::new().content(media, content).required(Some(required));
        self.change(|operation| operation.request_body(Some(body.build())));
    }

    fn answer(&mut self, status: &str, response: ResponseBuilder) {
        self.change(|operation| operation.response(status, response));
    }

    fn reference<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.schemas);
        self.schemas.push((T::name().into_owned(), T::schema()));
        Ref::from_schema_name(T::name()).into()
    }

    fn json<T: ToSchema>(&mut self) -> Content {
        content(self.reference::<T>())
    }
}

fn content(schema: impl Into<RefOr<Schema>>) -> Content {
    ContentBuilder::new().schema(Some(schema)).build()
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn bytes() -> ObjectBuilder {
    text().content_media_type("application/octet-stream")
}

fn header(description: &str) -> Header {
    HeaderBuilder::new().schema(Some(text())).description(Some(description)).build()
}

/// An argument of a handler.
pub trait DescribeArg {
    /// Adds what it asks of the request.
    fn describe(draft: &mut Draft);
}

/// The success of a handler.
pub trait DescribeAnswer {
    /// Adds what it answers.
    fn describe(draft: &mut Draft);
}

/// A whole handler: its arguments and its success.
pub trait Describe<Args> {
    /// Adds everything.
    fn describe(draft: &mut Draft);
}

macro_rules! describe_handler {
    ($($arg:ident)*) => {
        impl<F, Fut, Answer, $($arg),*> Describe<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> Fut + Handler<($($arg,)*), Output = Result<Answer, Error>>,
            Fut: Future<Output = Result<Answer, Error>>,
            Answer: DescribeAnswer + Responder,
            $($arg: DescribeArg + FromRequest,)*
        {
            fn describe(draft: &mut Draft) {
                $(<$arg as DescribeArg>::describe(draft);)*
                Answer::describe(draft);
            }
        }
    };
}

describe_handler!(A);
describe_handler!(A B);
describe_handler!(A B C);
describe_handler!(A B C D);
