//! What each kind of answer says.

use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::{DescribeAnswer, Draft, bytes, content, header, text};
use crate::estimates::maps::MapFile;
use crate::events::model::AlertEvent;
use crate::events::routes::EventStream;
use crate::http::answer::{CalendarFile, Json, MarkdownFile, NoContent, Versioned, Witnessed};
use crate::http::download::Download;
use crate::http::idempotency::Creation;
use crate::http::page::Page;
use crate::http::tus::{Abilities, Appended, Found};
use crate::imports::progress::{ProgressStream, ProgressView};
use crate::packs::contents::PackView;
use crate::packs::routes::{PackAnswer, SEALED_TYPE};
use crate::subject_access::routes::SealedFile;
use crate::sync::model::ChangesView;
use crate::sync::routes::Changes;

impl<V: ToSchema> DescribeAnswer for Json<V> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<V>();
        let response = ResponseBuilder::new().description("Done.").content("application/json", content);
        draft.answer("200", response);
    }
}

impl<V: ToSchema> DescribeAnswer for Versioned<V> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<V>();
        let response = ResponseBuilder::new()
            .description("Done.")
            .header("ETag", header("Send it in If-Match when you update."))
            .content("application/json", content);
        draft.answer("200", response);
    }
}

impl<V: ToSchema> DescribeAnswer for Page<V> {
    fn describe(draft: &mut Draft) {
        // The derived schema of a page names the schema of its items without bringing it along.
        draft.reference::<V>();
        // And all pages would share one name: the list that is described last would describe them all.
        let name = format!("{}Page", V::name());
        draft.schemas.push((name.clone(), Page::<V>::schema()));
        let content = content(Ref::from_schema_name(name));
        let response = ResponseBuilder::new()
            .description("One page.")
            .header("Link", header("The next page, as `rel=\"next\"`; absent on the last."))
            .content("application/json", content);
        draft.answer("200", response);
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
        draft.answer("201", response);
        draft.header(
            "Idempotency-Key",
            false,
            "A repetition with the same key has one effect and gets the first answer.",
        );
    }
}

impl DescribeAnswer for Changes {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<ChangesView>();
        let changed =
            ResponseBuilder::new().description("What has changed.").content("application/json", content);
        let nothing =
            ResponseBuilder::new().description("Nothing has changed; the cursor stays what it was.");
        draft.answer("200", changed);
        draft.answer("204", nothing);
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
        draft.answer("204", response);
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
        draft.answer("200", response);
    }
}

impl DescribeAnswer for ProgressStream {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<ProgressView>();
        let response = ResponseBuilder::new()
            .description("Whenever something has changed, until nothing is under way any more: `data` is this in one line.")
            .content("text/event-stream", content);
        draft.answer("200", response);
    }
}

impl DescribeAnswer for MapFile {
    fn describe(draft: &mut Draft) {
        let file = |media: &str| {
            let kind = if media.ends_with("json") { Type::Object } else { Type::String };
            content(ObjectBuilder::new().schema_type(SchemaType::Type(kind)))
        };
        let response = ResponseBuilder::new()
            .description("The map, in the format that the path names.")
            .header("Content-Disposition", header("Always `attachment`."));
        let response = MapFile::MEDIA_TYPES
            .into_iter()
            .fold(response, |response, media| response.content(media, file(media)));
        draft.answer("200", response);
    }
}

impl DescribeAnswer for SealedFile {
    fn describe(draft: &mut Draft) {
        let response = ResponseBuilder::new()
            .description("A zip in a file of age: `answer.md` to read, `answer.json` for programs.")
            .content(SEALED_TYPE, content(bytes()));
        draft.answer("200", response);
    }
}

impl DescribeAnswer for PackAnswer {
    fn describe(draft: &mut Draft) {
        let open = draft.json::<PackView>();
        let response = ResponseBuilder::new()
            .description("The pack; sealed, it is a zip in a file of age.")
            .content("application/json", open)
            .content(SEALED_TYPE, content(bytes()));
        draft.answer("200", response);
    }
}

impl DescribeAnswer for Download {
    fn describe(draft: &mut Draft) {
        let answer = |description: &str| {
            ResponseBuilder::new()
                .description(description)
                .header("Content-Disposition", header("Always `attachment`."))
                .header("ETag", header("Send it in If-Range to go on with the same file."))
                .content("application/octet-stream", content(bytes()))
        };
        let (whole, range) =
            (answer("The file, as its own type where no program runs it."), answer("The range."));
        draft.answer("200", whole);
        draft.answer("206", range);
    }
}

fn progress(status: &str, draft: &mut Draft) {
    let response = ResponseBuilder::new()
        .description("How far the upload is.")
        .header("Upload-Offset", header("Bytes that are here."))
        .header("Upload-Length", header("Bytes in all."))
        .header("Upload-Expires", header("When it is given up; absent once it is an attachment."));
    draft.answer(status, response);
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
        draft.answer("204", response);
    }
}

impl DescribeAnswer for CalendarFile {
    fn describe(draft: &mut Draft) {
        let response =
            ResponseBuilder::new().description("The events.").content("text/calendar", content(text()));
        draft.answer("200", response);
    }
}

impl DescribeAnswer for MarkdownFile {
    fn describe(draft: &mut Draft) {
        let response = ResponseBuilder::new()
            .description("The paper.")
            .header("Content-Disposition", header("Always `attachment`."))
            .content("text/markdown", content(text()));
        draft.answer("200", response);
    }
}

/// Plain text, for metrics.
impl DescribeAnswer for String {
    fn describe(draft: &mut Draft) {
        let response = ResponseBuilder::new().description("Done.").content("text/plain", content(text()));
        draft.answer("200", response);
    }
}
