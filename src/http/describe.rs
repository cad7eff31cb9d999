//! What a handler's signature says about its operation. OpenAPI is built from the types themselves, so that it
//! cannot drift from the code.

use std::future::Future;

use actix_web::{FromRequest, Handler, Responder};
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::answer::{CalendarFile, IfMatch, Json, MarkdownFile, NoContent, Versioned, Witnessed};
use super::body::{Given, Valid};
use super::download::{Download, Wanted};
use super::idempotency::Creation;
use super::incoming::Incoming;
use super::page::Page;
use super::params::{PathId, PathIds, PathSeq, PathToken, PathWord, Prefer, Query};
use super::tus::{Abilities, Appended, Found, Piece, Tus};
use crate::auth::proof::Offered;
use crate::authz::{Action, AtGate, Authorized, Permission, Public};
use crate::error::Error;
use crate::estimates::maps::MapFile;
use crate::events::model::AlertEvent;
use crate::events::routes::{EventStream, LastEventId};
use crate::imports::progress::{ProgressStream, ProgressView};
use crate::packs::contents::PackView;
use crate::packs::model::PASSPHRASE_HEADER;
use crate::packs::routes::{PackAnswer, PackWish, SEALED_TYPE};
use crate::subject_access::routes::SealedFile;
use crate::sync::model::ChangesView;
use crate::sync::routes::Changes;

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
            .schema(Some(text_schema()));
        self.change(|operation| operation.parameter(parameter));
    }

    fn reference<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.schemas);
        self.schemas.push((T::name().into_owned(), T::schema()));
        Ref::from_schema_name(T::name()).into()
    }

    fn json<T: ToSchema>(&mut self) -> utoipa::openapi::Content {
        ContentBuilder::new().schema(Some(self.reference::<T>())).build()
    }
}

fn text_schema() -> Schema {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).into()
}

fn header(description: &str) -> Header {
    HeaderBuilder::new().schema(Some(text_schema())).description(Some(description)).build()
}

/// An argument of a handler.
pub trait DescribeArg {
    /// Adds what it asks of the request.
    fn describe(draft: &mut Draft);
}

impl<A: Permission> DescribeArg for Authorized<A> {
    fn describe(draft: &mut Draft) {
        draft.action = Some(A::ACTION);
    }
}

impl<A: Permission> DescribeArg for Public<A> {
    fn describe(draft: &mut Draft) {
        draft.action = Some(A::ACTION);
        draft.public = true;
    }
}

impl<A: Permission> DescribeArg for AtGate<A> {
    fn describe(draft: &mut Draft) {
        draft.action = Some(A::ACTION);
        draft.public = true;
    }
}

impl DescribeArg for PathId {
    fn describe(_: &mut Draft) {}
}

impl DescribeArg for PathSeq {
    fn describe(_: &mut Draft) {}
}

impl DescribeArg for PathToken {
    fn describe(draft: &mut Draft) {
        draft.problems.push(("404", "Not there."));
    }
}

impl DescribeArg for PathIds {
    fn describe(_: &mut Draft) {}
}

impl<W: ToSchema + std::str::FromStr> DescribeArg for PathWord<W> {
    fn describe(draft: &mut Draft) {
        draft.word = Some(draft.reference::<W>());
    }
}

impl DescribeArg for actix_web::HttpRequest {
    fn describe(_: &mut Draft) {}
}

impl DescribeArg for Offered {
    fn describe(draft: &mut Draft) {
        draft.header(
            "DPoP",
            false,
            "A proof of possession (RFC 9449), signed with ES256 or EdDSA: the session that begins with one is bound to its \
             key, and is refreshed and used only with more of them.",
        );
    }
}

impl<T: IntoParams> DescribeArg for Query<T> {
    fn describe(draft: &mut Draft) {
        let parameters = T::into_params(|| Some(ParameterIn::Query));
        draft.change(|operation| operation.parameters(Some(parameters)));
    }
}

impl<T: ToSchema> DescribeArg for Valid<T> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<T>();
        draft.has_body = true;
        let body =
            RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
        draft.change(|operation| operation.request_body(Some(body.build())));
    }
}

impl<T: ToSchema> DescribeArg for Given<T> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<T>();
        draft.has_body = true;
        let body =
            RequestBodyBuilder::new().content("application/json", content).required(Some(Required::False));
        draft.change(|operation| operation.request_body(Some(body.build())));
    }
}

impl DescribeArg for Prefer {
    fn describe(draft: &mut Draft) {
        draft.header(
            "Prefer",
            false,
            "`respond-async`: answer at once; long work goes on, and can be looked at. `return=minimal`: do not show \
             what was just sent.",
        );
    }
}

impl DescribeArg for Incoming {
    fn describe(draft: &mut Draft) {
        let file = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .content_media_type("application/octet-stream");
        let form = ObjectBuilder::new().property("file", file).required("file");
        let content = ContentBuilder::new().schema(Some(Schema::from(form.build()))).build();
        draft.has_body = true;
        let body =
            RequestBodyBuilder::new().content("multipart/form-data", content).required(Some(Required::True));
        draft.change(|operation| operation.request_body(Some(body.build())));
    }
}

impl DescribeArg for Wanted {
    fn describe(draft: &mut Draft) {
        draft.problems.push(("416", "The range begins after the end of the file."));
        draft.header("Range", false, "One range of bytes, to go on where a download broke off.");
        draft.header("If-Range", false, "The ETag that the first part came with.");
    }
}

impl DescribeArg for Tus {
    fn describe(draft: &mut Draft) {
        draft.problems.push(("412", "Another version of tus."));
        draft.problems.push(("413", "The file is too large, or the quota is used up."));
        draft.header("Tus-Resumable", true, "`1.0.0`");
        draft.header("Upload-Length", false, "To begin an upload: the bytes of the whole file.");
        draft.header("Upload-Metadata", false, "To begin an upload: `filename` and its value in base64.");
    }
}

impl DescribeArg for Piece {
    fn describe(draft: &mut Draft) {
        draft.problems.push(("412", "Another version of tus."));
        draft.has_body = true;
        draft.header("Tus-Resumable", true, "`1.0.0`");
        draft.header("Upload-Offset", true, "Where these bytes belong.");
        let bytes = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
        let content = ContentBuilder::new().schema(Some(Schema::from(bytes.build()))).build();
        let body = RequestBodyBuilder::new()
            .content("application/offset+octet-stream", content)
            .required(Some(Required::True));
        draft.change(|operation| operation.request_body(Some(body.build())));
    }
}

impl DescribeArg for IfMatch {
    fn describe(draft: &mut Draft) {
        draft.updates = true;
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some("The ETag of the version you have read."))
            .schema(Some(text_schema()));
        draft.change(|operation| operation.parameter(parameter));
    }
}

impl DescribeArg for Option<IfMatch> {
    fn describe(draft: &mut Draft) {
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("The ETag of the version you have read, to act on that version or not at all."))
            .schema(Some(text_schema()));
        draft.change(|operation| operation.parameter(parameter));
    }
}

/// The success of a handler.
pub trait DescribeAnswer {
    /// Adds what it answers.
    fn describe(draft: &mut Draft);
}

impl<V: ToSchema> DescribeAnswer for Json<V> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<V>();
        let response = ResponseBuilder::new().description("Done.").content("application/json", content);
        draft.change(|operation| operation.response("200", response));
    }
}

impl<V: ToSchema> DescribeAnswer for Versioned<V> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<V>();
        let response = ResponseBuilder::new()
            .description("Done.")
            .header("ETag", header("Send it in If-Match when you update."))
            .content("application/json", content);
        draft.change(|operation| operation.response("200", response));
    }
}

impl<V: ToSchema> DescribeAnswer for Page<V> {
    fn describe(draft: &mut Draft) {
        // The derived schema of a page names the schema of its items without bringing it along.
        draft.reference::<V>();
        // And all pages would share one name: the list that is described last would describe them all.
        let name = format!("{}Page", V::name());
        draft.schemas.push((name.clone(), Page::<V>::schema()));
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
        let response = ResponseBuilder::new()
            .description("One page.")
            .header("Link", header("The next page, as `rel=\"next\"`; absent on the last."))
            .content("application/json", content);
        draft.change(|operation| operation.response("200", response));
    }
}

impl<V: ToSchema> DescribeAnswer for Creation<V> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<V>();
        let response = ResponseBuilder::new()
            .description("Created.")
            .header("Location", header("Path of the new record."))
            .header("ETag", header("Send it in If-Match when you update."))
            .header("Idempotency-Replayed", header("`true` when this answer was given before."))
            .content("application/json", content);
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("A repetition with the same key has one effect and gets the first answer."))
            .schema(Some(text_schema()));
        draft.change(|operation| operation.response("201", response).parameter(key));
    }
}

impl DescribeAnswer for Changes {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<ChangesView>();
        let changed =
            ResponseBuilder::new().description("What has changed.").content("application/json", content);
        let nothing =
            ResponseBuilder::new().description("Nothing has changed; the cursor stays what it was.");
        draft.change(|operation| operation.response("200", changed).response("204", nothing));
    }
}

impl<A: DescribeAnswer> DescribeAnswer for Witnessed<A> {
    fn describe(draft: &mut Draft) {
        A::describe(draft);
        let digest =
            header("The digest of the latest checkpoint of the audit log: keep it, and you are a witness.");
        draft.success_headers.push(("Farlight-Checkpoint", digest));
    }
}

impl DescribeAnswer for NoContent {
    fn describe(draft: &mut Draft) {
        let response = ResponseBuilder::new().description("Done.");
        draft.change(|operation| operation.response("204", response));
    }
}

impl DescribeArg for LastEventId {
    fn describe(draft: &mut Draft) {
        let parameter = ParameterBuilder::new()
            .name("Last-Event-ID")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(
                "The `id` that came last, to go on after it. If it is not known any more the first event is `reset`: \
                 read `GET /v1/alerts` again.",
            ))
            .schema(Some(text_schema()));
        draft.change(|operation| operation.parameter(parameter));
    }
}

impl DescribeAnswer for EventStream {
    fn describe(draft: &mut Draft) {
        // Named by nothing but the description: the schema of a stream is that of its `data`.
        let content = draft.json::<AlertEvent>();
        let response = ResponseBuilder::new()
            .description(
                "Events until the access token ends: `event` is the kind of the alert, `data` is this in one line.",
            )
            .content("text/event-stream", content);
        draft.change(|operation| operation.response("200", response));
    }
}

impl DescribeAnswer for ProgressStream {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<ProgressView>();
        let response = ResponseBuilder::new()
            .description("Whenever something has changed, until nothing is under way any more: `data` is this in one line.")
            .content("text/event-stream", content);
        draft.change(|operation| operation.response("200", response));
    }
}

impl DescribeAnswer for MapFile {
    fn describe(draft: &mut Draft) {
        let file = |media: &str| {
            let kind = if media.ends_with("json") { Type::Object } else { Type::String };
            let file = ObjectBuilder::new().schema_type(SchemaType::Type(kind));
            ContentBuilder::new().schema(Some(Schema::from(file.build()))).build()
        };
        let response = ResponseBuilder::new()
            .description("The map, in the format that the path names.")
            .header("Content-Disposition", header("Always `attachment`."));
        let response = MapFile::MEDIA_TYPES
            .into_iter()
            .fold(response, |response, media| response.content(media, file(media)));
        draft.change(|operation| operation.response("200", response));
    }
}

impl DescribeArg for PackWish {
    fn describe(draft: &mut Draft) {
        draft.header(
            PASSPHRASE_HEADER,
            false,
            "What to seal the pack with, instead of a key: 15 characters or more.",
        );
    }
}

impl DescribeAnswer for SealedFile {
    fn describe(draft: &mut Draft) {
        let bytes = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .content_media_type("application/octet-stream");
        let sealed = ContentBuilder::new().schema(Some(Schema::from(bytes.build()))).build();
        let response = ResponseBuilder::new()
            .description("A zip in a file of age: `answer.md` to read, `answer.json` for programs.")
            .content(SEALED_TYPE, sealed);
        draft.change(|operation| operation.response("200", response));
    }
}

impl DescribeAnswer for PackAnswer {
    fn describe(draft: &mut Draft) {
        let open = draft.json::<PackView>();
        let bytes = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .content_media_type("application/octet-stream");
        let sealed = ContentBuilder::new().schema(Some(Schema::from(bytes.build()))).build();
        let response = ResponseBuilder::new()
            .description("The pack; sealed, it is a zip in a file of age.")
            .content("application/json", open)
            .content(SEALED_TYPE, sealed);
        draft.change(|operation| operation.response("200", response));
    }
}

impl DescribeAnswer for Download {
    fn describe(draft: &mut Draft) {
        let answer = |description: &str| {
            let bytes = ObjectBuilder::new()
                .schema_type(SchemaType::Type(Type::String))
                .content_media_type("application/octet-stream");
            let content = ContentBuilder::new().schema(Some(Schema::from(bytes.build()))).build();
            ResponseBuilder::new()
                .description(description)
                .header("Content-Disposition", header("Always `attachment`."))
                .header("ETag", header("Send it in If-Range to go on with the same file."))
                .content("application/octet-stream", content)
        };
        let (whole, range) =
            (answer("The file, as its own type where no program runs it."), answer("The range."));
        draft.change(|operation| operation.response("200", whole).response("206", range));
    }
}

fn progress(status: &str, draft: &mut Draft) {
    let response = ResponseBuilder::new()
        .description("How far the upload is.")
        .header("Upload-Offset", header("Bytes that are here."))
        .header("Upload-Length", header("Bytes in all."))
        .header("Upload-Expires", header("When it is given up; absent once it is an attachment."));
    draft.change(|operation| operation.response(status, response));
}

impl DescribeAnswer for Found {
    fn describe(draft: &mut Draft) {
        progress("200", draft);
    }
}

impl DescribeAnswer for Appended {
    fn describe(draft: &mut Draft) {
        progress("204", draft);
    }
}

impl DescribeAnswer for Abilities {
    fn describe(draft: &mut Draft) {
        let response = ResponseBuilder::new()
            .description("What can be done.")
            .header("Tus-Version", header("The versions that are spoken."))
            .header("Tus-Extension", header("What is spoken beside the core."))
            .header("Tus-Max-Size", header("The largest file, in bytes."));
        draft.change(|operation| operation.response("204", response));
    }
}

impl DescribeAnswer for CalendarFile {
    fn describe(draft: &mut Draft) {
        let content = ContentBuilder::new().schema(Some(text_schema())).build();
        let response = ResponseBuilder::new().description("The events.").content("text/calendar", content);
        draft.change(|operation| operation.response("200", response));
    }
}

impl DescribeAnswer for MarkdownFile {
    fn describe(draft: &mut Draft) {
        let content = ContentBuilder::new().schema(Some(text_schema())).build();
        let response = ResponseBuilder::new()
            .description("The paper.")
            .header("Content-Disposition", header("Always `attachment`."))
            .content("text/markdown", content);
        draft.change(|operation| operation.response("200", response));
    }
}

/// Plain text, for metrics.
impl DescribeAnswer for String {
    fn describe(draft: &mut Draft) {
        let content = ContentBuilder::new().schema(Some(text_schema())).build();
        let response = ResponseBuilder::new().description("Done.").content("text/plain", content);
        draft.change(|operation| operation.response("200", response));
    }
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
