//! What each argument of a handler asks of a request.

use utoipa::openapi::Required;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::{IntoParams, ToSchema};

use super::{DescribeArg, Draft, bytes, content, text};
use crate::auth::proof::Offered;
use crate::authz::{AtGate, Authorized, Permission, Public};
use crate::events::routes::LastEventId;
use crate::http::answer::IfMatch;
use crate::http::body::{Given, Valid};
use crate::http::download::Wanted;
use crate::http::incoming::Incoming;
use crate::http::params::{PathId, PathIds, PathSeq, PathToken, PathWord, Prefer, Query};
use crate::http::tus::{Piece, Tus};
use crate::packs::model::PASSPHRASE_HEADER;
use crate::packs::routes::PackWish;

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
        draft.body("application/json", content, Required::True);
    }
}

impl<T: ToSchema> DescribeArg for Given<T> {
    fn describe(draft: &mut Draft) {
        let content = draft.json::<T>();
        draft.body("application/json", content, Required::False);
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
        let form = ObjectBuilder::new().property("file", bytes()).required("file");
        draft.body("multipart/form-data", content(form.build()), Required::True);
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
        draft.header("Tus-Resumable", true, "`1.0.0`");
        draft.header("Upload-Offset", true, "Where these bytes belong.");
        draft.body("application/offset+octet-stream", content(text()), Required::True);
    }
}

impl DescribeArg for IfMatch {
    fn describe(draft: &mut Draft) {
        draft.updates = true;
        draft.header("If-Match", true, "The ETag of the version you have read.");
    }
}

impl DescribeArg for Option<IfMatch> {
    fn describe(draft: &mut Draft) {
        draft.header(
            "If-Match",
            false,
            "The ETag of the version you have read, to act on that version or not at all.",
        );
    }
}

impl DescribeArg for LastEventId {
    fn describe(draft: &mut Draft) {
        draft.header(
            "Last-Event-ID",
            false,
            "The `id` that came last, to go on after it. If it is not known any more the first event is `reset`: \
             read `GET /v1/alerts` again.",
        );
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
