//! Every operation once, successfully: by whom, where and with what. The walks over the OpenAPI document start here,
//! and fail when an operation is missing.

use reqwest::Method;

use super::{Actor, TestApp, Value, id, json};

/// Planted in every text that is entered; must be found nowhere but in answers to those who may read it.
pub const CANARY: &str = "zqcanary";
/// Planted as a latitude: an unlikely number, in place of words.
pub const CANARY_LAT: f64 = 16.687_123_987;

pub struct Step {
    pub operation: &'static str,
    pub actor: &'static str,
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    pub etag: Option<String>,
    pub headers: &'static [(&'static str, &'static str)],
}

/// Asks for a pack that is sealed.
const SEALED: &[(&str, &str)] = &[("accept", "application/age")];
const SEALED_BY_PASSPHRASE: &[(&str, &str)] =
    &[("accept", "application/age"), ("farlight-pack-passphrase", "zqcanary amber windows")];

/// Spoken by every request of a resumable upload.
const TUS: &[(&str, &str)] = &[("tus-resumable", "1.0.0")];
const TUS_CREATE: &[(&str, &str)] =
    &[("tus-resumable", "1.0.0"), ("upload-length", "20"), ("upload-metadata", "filename enFjYW5hcnk=")];
const TUS_APPEND: &[(&str, &str)] = &[
    ("tus-resumable", "1.0.0"),
    ("upload-offset", "0"),
    ("content-type", "application/offset+octet-stream"),
];

pub struct Tour<'a> {
    app: &'a TestApp,
    pub steps: Vec<Step>,
}

impl TestApp {
    pub fn actor(&self, name: &str) -> &Actor {
        match name {
            "admin" => &self.admin,
            "coordinator" => &self.coordinator,
            "coordinator2" => &self.coordinator2,
            "caseworker" => &self.caseworker,
            "caseworker2" => &self.caseworker2,
            "officer" => &self.officer,
            "analyst" => &self.analyst,
            "auditor" => &self.auditor,
            "partner" => &self.partner,
            "nobody" => &self.nobody,
            other => panic!("who is {other}?"),
        }
    }
}

fn text(words: &str) -> String {
    format!("{CANARY} {words}")
}

impl Tour<'_> {
    async fn step(
        &mut self,
        operation: &'static str,
        actor: &'static str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let who = self.app.actor(actor);
        let etag =
            if method == Method::PATCH { Some(who.get(path).await.header("etag").to_owned()) } else { None };
        // Where a record cannot be read by itself, its first version is the one to change.
        let etag = etag.map(|etag| if etag.is_empty() { "\"v1\"".to_owned() } else { etag });
        let mut request = who.request(method.clone(), path).await;
        if let Some(etag) = &etag {
            request = request.header("if-match", etag);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        let reply = super::send(request).await;
        assert!((200..300).contains(&reply.status), "{operation}: {} {}", reply.status, reply.text);
        self.steps.push(Step { operation, actor, method, path: path.to_owned(), body, etag, headers: &[] });
        reply.body
    }

    /// An answer that does not end by itself.
    async fn stream(&mut self, operation: &'static str, actor: &'static str, path: &str) {
        let request = self.app.actor(actor).request(Method::GET, path).await;
        assert_eq!(request.send().await.unwrap().status(), 200, "{operation}");
        let (method, path) = (Method::GET, path.to_owned());
        self.steps.push(Step { operation, actor, method, path, body: None, etag: None, headers: &[] });
    }
}

impl Tour<'_> {
    /// Where somebody is, out of a text and out of all that is known.
    async fn location(&mut self, case_path: &str, site_path: &str) {
        let (get, post) = (Method::GET, Method::POST);
        let body = json!({"text": text("we are in Myawaddy"), "near": {"lat": CANARY_LAT, "lon": 98.5}});
        self.step("location.extract", "analyst", post, "/v1/location/extract", Some(body)).await;
        farlight::estimates::watch::run_once(&self.app.services).await.unwrap();
        self.step("location.show", "analyst", get.clone(), &format!("{case_path}/location"), None).await;
        let coarse = format!("{case_path}/location?audience=cell");
        self.step("location.show", "analyst", get.clone(), &coarse, None).await;
        for extension in ["svg", "geojson", "gpx", "kml"] {
            let path = format!("{case_path}/location.{extension}");
            self.step("location.map", "analyst", get.clone(), &path, None).await;
        }
        self.step("location.related", "analyst", get.clone(), &format!("{case_path}/related"), None).await;
        self.step("site.evidence", "analyst", get, &format!("{site_path}/evidence"), None).await;
    }

    /// What was seen of a site, and what follows from it.
    async fn seen(&mut self, site_path: &str) {
        let (get, post) = (Method::GET, Method::POST);
        let observations = format!("{site_path}/observations");
        let body = json!({
            "at": self.app.now(), "kind": "vehicles", "data": {"count": {"low": 2, "high": 4}, "what": text("vans")},
            "source": {"kind": "person", "label": text("a driver")}, "reliability": "C", "credibility": 3,
            "note": text("at dusk"),
        });
        let seen = self.step("observation.create", "analyst", post.clone(), &observations, Some(body)).await;
        self.step("observation.list", "analyst", get.clone(), &observations, None).await;
        let retract = format!("/v1/observations/{}/retract", id(&seen));
        let body = json!({"reason": text("of another site")});
        self.step("observation.retract", "analyst", post, &retract, Some(body)).await;
        self.step("site.history", "analyst", get.clone(), &format!("{site_path}/history"), None).await;
        self.step("site.scale", "analyst", get, &format!("{site_path}/scale"), None).await;
    }

    /// What protects an account. It stays with somebody who does nothing else on the tour, and with one whose session ends.
    async fn accounts(&mut self) {
        let (post, put, delete) = (Method::POST, Method::PUT, Method::DELETE);
        let body = json!({"password": text("brass kettles hum")});
        self.step("duress_password.put", "analyst", put, "/v1/me/duress-password", Some(body.clone())).await;
        self.step("duress_password.end", "analyst", delete.clone(), "/v1/me/duress-password", None).await;
        for end in [true, false] {
            let body = json!({"label": text("app").replace(' ', "-")});
            let made = self.step("totp.enrol", "analyst", post.clone(), "/v1/me/totp", Some(body)).await;
            let code = super::factor::Authenticator::new(&made["secret"]).code(self.app);
            let body = json!({ "code": code });
            self.step("totp.confirm", "analyst", post.clone(), "/v1/me/totp/confirm", Some(body)).await;
            self.step("recovery_codes.make", "analyst", post.clone(), "/v1/me/recovery-codes", None).await;
            if end {
                self.step("totp.remove", "analyst", delete.clone(), "/v1/me/totp", None).await;
            }
        }
        self.app.enrol(&self.app.officer2).await;
        self.app.officer2.post("/v1/me/totp", json!({})).await.ok();
        self.app.officer2.put("/v1/me/duress-password", body).await.ok();
    }

    /// Who is behind a site, and the paper on it.
    async fn behind(&mut self, site_path: &str) {
        let (get, post) = (Method::GET, Method::POST);
        let body = json!({
            "kind": "company", "names": [text("Invented Holding"), text("幸运")], "country": "MM", "note": text("a shell"),
            "identifiers": [{"kind": "registration", "value": text("A-17"), "country": "HK"}],
        });
        let actor = self.step("actor.create", "analyst", post.clone(), "/v1/actors", Some(body)).await;
        let path = format!("/v1/actors/{}", id(&actor));
        self.step("actor.list", "analyst", get.clone(), "/v1/actors", None).await;
        self.step("actor.show", "analyst", get.clone(), &path, None).await;
        self.step("actor.update", "analyst", Method::PATCH, &path, Some(json!({"note": text("two shells")})))
            .await;
        let links = format!("{site_path}/actors");
        let body = json!({
            "actor_id": id(&actor), "relation": "owns", "from": "2024-01-01T00:00:00Z", "note": text("by a deed"),
            "source": {"kind": "open_source", "label": text("a register")}, "reliability": "B", "credibility": 2,
        });
        let link = self.step("site_actor.create", "analyst", post.clone(), &links, Some(body)).await;
        self.step("site_actor.list", "analyst", get.clone(), &links, None).await;
        self.step("actor.sites", "analyst", get.clone(), &format!("{path}/sites"), None).await;
        self.step("dossier.show", "analyst", get.clone(), &format!("{site_path}/dossier"), None).await;
        self.step("dossier.print", "analyst", get, &format!("{site_path}/dossier.md"), None).await;
        let link = format!("/v1/site-actors/{}", id(&link));
        let body = json!({"until": "2026-01-01T00:00:00Z"});
        self.step("site_actor.end", "analyst", post.clone(), &format!("{link}/end"), Some(body)).await;
        let body = json!({"reason": text("of the same name")});
        self.step("site_actor.retract", "analyst", post, &format!("{link}/retract"), Some(body)).await;
    }

    /// What a report tells of a site.
    async fn reported(&self, site_path: &str, report: &str) {
        let body = json!({
            "at": self.app.now(), "kind": "guards", "data": {"count": 2}, "reliability": "B", "credibility": 2,
            "source": {"kind": "field_report", "report_id": report},
        });
        self.app.analyst.post(&format!("{site_path}/observations"), body).await.ok();
        let actor = json!({"kind": "group", "names": [text("Invented Guards")]});
        let body = json!({
            "actor_id": id(&self.app.analyst.post("/v1/actors", actor).await.ok()), "relation": "guards",
            "source": {"kind": "field_report", "report_id": report}, "reliability": "B", "credibility": 2,
        });
        self.app.analyst.post(&format!("{site_path}/actors"), body).await.ok();
    }

    /// With whom a case and a site are not shared.
    async fn do_not_share(&mut self, case_path: &str, site_path: &str) {
        let (get, put, delete) = (Method::GET, Method::PUT, Method::DELETE);
        let body =
            json!({"party": text("Trust"), "kind": "organisation", "reason": text("their driver talks")});
        let removal = json!({"reason": text("he left them")});
        let of_case = ["do_not_share.list", "do_not_share.put", "do_not_share.end"];
        let of_site = ["site.do_not_share_list", "site.do_not_share_put", "site.do_not_share_end"];
        for (owner, who, [listed, made, removed]) in
            [(case_path, "caseworker", of_case), (site_path, "coordinator", of_site)]
        {
            let entry = format!("{owner}/do-not-share/{}", super::unknown_id());
            self.step(made, who, put.clone(), &entry, Some(body.clone())).await;
            self.step(listed, who, get.clone(), &format!("{owner}/do-not-share"), None).await;
            self.step(removed, "coordinator", delete.clone(), &entry, Some(removal.clone())).await;
        }
    }

    /// A case that is opened in an emergency, and what is said of it afterwards.
    async fn break_glass(&mut self, case: &str) {
        let (get, post) = (Method::GET, Method::POST);
        let body =
            json!({"case_id": case, "reason": text("the one who is on it does not answer"), "hours": 2});
        let asked =
            self.step("break_glass.ask", "caseworker2", post.clone(), "/v1/break-glass", Some(body)).await;
        self.step("break_glass.list", "caseworker2", get, "/v1/break-glass", None).await;
        let path = format!("/v1/break-glass/{}", id(&asked));
        let nothing = Some(json!({}));
        self.step(
            "break_glass.approve",
            "coordinator",
            post.clone(),
            &format!("{path}/approve"),
            nothing.clone(),
        )
        .await;
        self.step("break_glass.end", "caseworker2", post.clone(), &format!("{path}/end"), nothing).await;
        let body = json!({"outcome": "justified", "note": text("he had written")});
        self.step("break_glass.review", "auditor", post, &format!("{path}/review"), Some(body)).await;
    }

    /// On what ground somebody is on record, for how long, and what they are told of it.
    async fn duties(&mut self, person: &str) {
        let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
        let case = format!("/v1/cases/{}", self.app.case(&self.app.coordinator).await);
        let basis = format!("{case}/legal-basis");
        let body =
            json!({"basis": "vital_interests", "decided_by": text("an officer"), "note": text("her life")});
        self.step("legal_basis.put", "coordinator", put, &basis, Some(body)).await;
        self.step("legal_basis.list", "coordinator", get.clone(), &basis, None).await;
        let body = json!({"status": "closed", "reason": "unfounded"});
        self.app.coordinator.post(&format!("{case}/status"), body).await.ok();
        let later = self.app.clock.now().plus_seconds(86_400).to_string();
        let retention = format!("{case}/retention");
        let body = json!({"keep_until": later, "reason": text("an appeal")});
        self.step("retention.keep", "coordinator", post.clone(), &retention, Some(body)).await;
        self.step("retention.list", "coordinator", get.clone(), &retention, None).await;
        self.step("retention.due", "coordinator", get.clone(), "/v1/retention/due", None).await;
        let access = format!("{person}/subject-access");
        let key = age::x25519::Identity::generate().to_public().to_string();
        let body = json!({"recipient": key, "verified_how": text("she came by herself")});
        self.step("subject_access.make", "coordinator", post, &access, Some(body)).await;
        self.step("subject_access.list", "coordinator", get, &access, None).await;
    }

    /// A case that must be kept, and then is destroyed.
    async fn shred(&mut self) {
        let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
        let case = format!("/v1/cases/{}", self.app.case(&self.app.coordinator).await);
        let hold = format!("{case}/legal-hold");
        let body = json!({"reason": text("a trial"), "authority": text("the court")});
        self.step("legal_hold.place", "coordinator", put, &hold, Some(body)).await;
        self.step("legal_hold.list", "coordinator", get.clone(), &hold, None).await;
        let body = json!({"reason": text("it is over")});
        self.step("legal_hold.end", "coordinator", delete.clone(), &hold, Some(body)).await;
        let shred = format!("{case}/shred");
        let body = json!({"ground": "wrongly_kept", "reason": text("a test entry")});
        self.step("shred.ask", "coordinator", post.clone(), &shred, Some(body.clone())).await;
        self.step("shred.withdraw", "coordinator", delete, &shred, None).await;
        self.app.coordinator.post(&shred, body).await.ok();
        self.step("shred.approve", "coordinator2", post, &format!("{shred}/approve"), Some(json!({}))).await;
        self.step("shred.list", "auditor", get, "/v1/shreds", None).await;
    }

    /// Files, by themselves and piece by piece: neither has a JSON body.
    async fn files(&mut self, case_path: &str, channel: &str) {
        let (get, post, head) = (Method::GET, Method::POST, Method::HEAD);
        let who = &self.app.caseworker;
        let attachments = format!("{case_path}/attachments");
        let bytes = text("not a picture");
        let file = who.upload(&attachments, &format!("{CANARY}.txt"), bytes.as_bytes()).await.ok();
        self.steps.push(Step {
            operation: "attachment.create",
            actor: "caseworker",
            method: post.clone(),
            path: attachments.clone(),
            body: None,
            etag: None,
            headers: &[],
        });
        self.step("attachment.list", "caseworker", get.clone(), &attachments, None).await;
        let path = format!("/v1/attachments/{}", id(&file));
        self.step("attachment.show", "caseworker", get.clone(), &path, None).await;
        self.step("attachment.custody", "caseworker", get, &format!("{path}/custody"), None).await;
        let body = json!({
            "channel_id": channel, "direction": "inbound", "sent_at": self.app.now(), "body": text("see the picture"),
            "attachments": [id(&file)],
        });
        who.post(&format!("{case_path}/messages"), body).await.ok();

        self.raw("upload.options", "nobody", Method::OPTIONS, "/v1/uploads", &[], "").await;
        let uploads = format!("{case_path}/uploads");
        let created = self.raw("upload.create", "caseworker", post.clone(), &uploads, TUS_CREATE, "").await;
        let path = created.header("location").to_owned();
        self.raw("upload.append", "caseworker", Method::PATCH, &path, TUS_APPEND, CANARY).await;
        self.raw("upload.show", "caseworker", head, &path, TUS, "").await;
        let other = self.raw_request("caseworker", post, &uploads, TUS_CREATE, "").await;
        self.raw("upload.remove", "caseworker", Method::DELETE, other.header("location"), TUS, "").await;
    }

    /// What somebody agrees to, and takes back.
    async fn consents(&mut self, person_path: &str, message: &str) {
        let (get, post) = (Method::GET, Method::POST);
        let path = format!("{person_path}/consents");
        let body = json!({
            "purpose": "share", "method": "written", "recipient": text("House by the mill"), "language": "sw",
            "interpreter": text("Zawadi"), "given_at": self.app.now(), "message_id": message, "note": text("only a bed"),
        });
        let consent = self.step("consent.create", "caseworker", post.clone(), &path, Some(body)).await;
        self.step("consent.list", "caseworker", get, &path, None).await;
        let path = format!("/v1/consents/{}/withdraw", id(&consent));
        let body = json!({"reason": text("they asked for money")});
        self.step("consent.withdraw", "caseworker", post, &path, Some(body)).await;
    }

    /// What can be done with imports beside uploading and committing one.
    async fn imports(&mut self, imports: &str, case_path: &str, import: &str) {
        let (get, post) = (Method::GET, Method::POST);
        self.step("import.list", "caseworker", get.clone(), imports, None).await;
        let import = format!("/v1/imports/{import}");
        self.step("import.show", "caseworker", get.clone(), &import, None).await;
        self.step("import.progress", "caseworker", get, &format!("{import}/progress"), None).await;
        let pasted = format!("2026-10-05 21:40:12 Noi\n{}\n", text("there is one road in"));
        let body = json!({ "text": pasted });
        let paste = format!("{imports}/paste");
        let pasted = self.step("import.paste", "caseworker", post.clone(), &paste, Some(body)).await;
        let cancel = format!("/v1/imports/{}", id(&pasted));
        self.step("import.cancel", "caseworker", Method::DELETE, &cancel, None).await;
        let who = &self.app.caseworker;
        let files = format!("{case_path}/attachments");
        let file = who.upload(&files, &format!("{CANARY}.json"), telegram_export().as_bytes()).await.ok();
        let path = format!("/v1/attachments/{}/import", id(&file));
        self.step("import.from_attachment", "caseworker", post, &path, None).await;
    }

    /// What a team sends while it is out; gives the id of its report.
    async fn field(&mut self, path: &str) -> String {
        let (get, post) = (Method::GET, Method::POST);
        let now = self.app.now();
        let check_ins = format!("{path}/check-ins");
        let body = json!({"at": now, "status": "ok", "lat": CANARY_LAT, "lon": 98.5, "note": text("at the landing")});
        self.step("check_in.create", "officer", post.clone(), &check_ins, Some(body)).await;
        self.step("check_in.list", "coordinator", get.clone(), &check_ins, None).await;
        self.step("check_in.state", "officer", get.clone(), &format!("{check_ins}/state"), None).await;
        let files = format!("{path}/attachments");
        let bytes = text("a gate");
        let file = self.app.officer.upload(&files, &format!("{CANARY}.jpg"), bytes.as_bytes()).await.ok();
        self.steps.push(Step {
            operation: "operation.attach",
            actor: "officer",
            method: post.clone(),
            path: files,
            body: None,
            etag: None,
            headers: &[],
        });
        let body = json!({
            "at": now, "lat": CANARY_LAT, "lon": 98.5, "seen": text("two guards"), "attachments": [id(&file)],
            "searched": [{
                "circle": {"lat": CANARY_LAT, "lon": 98.5, "radius_km": 0.4}, "probability_of_detection": 0.7,
                "found": false,
            }],
        });
        let report =
            self.step("report.create", "officer", post, &format!("{path}/reports"), Some(body)).await;
        self.step("report.list", "officer", get, &format!("{path}/reports"), None).await;
        id(&report)
    }

    /// Packs of a live operation that the officer leads, and the phones that they are on.
    async fn packs(&mut self, operation: &str) {
        let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
        let (officer, coordinator) = (&self.app.officer, &self.app.coordinator);
        let key = json!({"recipient": age::x25519::Identity::generate().to_public().to_string()});
        let my_key = "/v1/me/pack-key";
        self.step("pack_key.put", "officer", put, my_key, Some(key.clone())).await;
        self.step("pack_key.show", "officer", get.clone(), my_key, None).await;
        let pack = format!("{operation}/pack");
        self.step("pack.take", "officer", get.clone(), &pack, None).await;
        self.raw("pack.take", "officer", get.clone(), &pack, SEALED, "").await;
        self.raw("pack.take", "officer", get.clone(), &pack, SEALED_BY_PASSPHRASE, "").await;

        let sessions = format!("/v1/users/{}/sessions", officer.id);
        for _ in 0..2 {
            let tokens = officer.sign_in(super::PASSWORD).await.ok();
            let phone = Actor::with_token(&self.app.address, tokens["access_token"].as_str().unwrap());
            phone.get(&pack).await.ok();
        }
        let phones = self.step("user.session_list", "coordinator", get.clone(), &sessions, None).await;
        let (lost, found) = (id(&phones["items"][0]), id(&phones["items"][1]));
        self.step("pack.list", "coordinator", get.clone(), &format!("{operation}/packs"), None).await;
        self.step("user.session_revoke", "coordinator", delete.clone(), &format!("{sessions}/{found}"), None)
            .await;
        let path = format!("/v1/users/{}/lost-phone", officer.id);
        let body = json!({"session_id": lost, "note": text("left in a taxi")});
        self.step("lost_phone.report", "caseworker", post.clone(), &path, Some(body)).await;
        self.step("lost_phone.list", "coordinator", get, &path, None).await;
        let body = json!({"reason": text("it was locked")});
        let path = format!("{operation}/packs/set-aside");
        self.step("pack.set_aside", "coordinator", post, &path, Some(body)).await;

        officer.put(my_key, key.clone()).await.ok();
        self.step("pack_key.end", "officer", delete, my_key, None).await;
        coordinator.put(my_key, key).await.ok();
    }

    async fn raw_request(
        &self,
        actor: &str,
        method: Method,
        path: &str,
        headers: &'static [(&'static str, &'static str)],
        body: &'static str,
    ) -> super::Reply {
        let mut request = self.app.actor(actor).request(method, path).await.body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = super::send(request).await;
        assert!((200..300).contains(&reply.status), "{path}: {} {}", reply.status, reply.text);
        reply
    }

    async fn raw(
        &mut self,
        operation: &'static str,
        actor: &'static str,
        method: Method,
        path: &str,
        headers: &'static [(&'static str, &'static str)],
        body: &'static str,
    ) -> super::Reply {
        let reply = self.raw_request(actor, method.clone(), path, headers, body).await;
        let path = path.to_owned();
        self.steps.push(Step { operation, actor, method, path, body: None, etag: None, headers });
        reply
    }
}

/// Takes the tour.
pub async fn tour(app: &TestApp) -> Tour<'_> {
    let mut t = Tour { app, steps: Vec::new() };
    let (get, post, put, patch, delete) =
        (Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
    let now = app.now();
    let later = app.clock.now().plus_seconds(86_400).to_string();
    let latest = app.clock.now().plus_seconds(2 * 86_400).to_string();

    let open = [
        ("health", "/healthz"),
        ("ready", "/readyz"),
        ("metrics", "/metrics"),
        ("system.seal_show", "/v1/system/seal"),
    ];
    for (operation, path) in open {
        t.step(operation, "nobody", get.clone(), path, None).await;
    }
    t.step("me.show", "caseworker", get.clone(), "/v1/me", None).await;
    let sessions = t.step("session.list", "caseworker", get.clone(), "/v1/me/sessions", None).await;
    let mine = id(&sessions["items"][0]);
    let proof = json!({"password": super::PASSWORD});
    t.step("auth.step_up", "caseworker", post.clone(), "/v1/auth/step-up", Some(proof)).await;

    t.step("user.list", "admin", get.clone(), "/v1/users", None).await;
    let body =
        json!({"name": text("Newcomer"), "email": format!("{CANARY}@lantern.example"), "role": "caseworker"});
    let user = t.step("user.invite", "admin", post.clone(), "/v1/users", Some(body)).await;
    let user_path = format!("/v1/users/{}", id(&user));
    t.step("user.show", "admin", get.clone(), &user_path, None).await;
    let body = json!({"name": text("Renamed"), "verified_person": text("staff 17")});
    t.step("user.update", "admin", patch.clone(), &user_path, Some(body)).await;

    let body = json!({"summary": text("summary"), "risk": "high", "country": "MM", "languages": ["my"]});
    let case = t.step("case.create", "caseworker", post.clone(), "/v1/cases", Some(body)).await;
    let case_path = format!("/v1/cases/{}", id(&case));
    t.step("case.list", "caseworker", get.clone(), "/v1/cases", None).await;
    t.step("case.show", "caseworker", get.clone(), &case_path, None).await;
    t.step("case.update", "caseworker", patch.clone(), &case_path, Some(json!({"summary": text("changed")})))
        .await;
    let body = json!({"status": "active"});
    t.step("case.status", "caseworker", post.clone(), &format!("{case_path}/status"), Some(body)).await;
    let body = json!({"status": "located", "reason": text("reason")});
    app.caseworker.post(&format!("{case_path}/status"), body).await.ok();
    t.step("assignment.list", "caseworker", get.clone(), &format!("{case_path}/assignments"), None).await;
    let assignment = format!("{case_path}/assignments/{}", app.analyst.id);
    t.step("assignment.put", "coordinator", put.clone(), &assignment, Some(json!({"role": "member"}))).await;
    t.step("assignment.end", "coordinator", delete.clone(), &assignment, None).await;

    let body = json!({
        "role": "victim", "names": [{"full": text("Invented Person"), "script": "Latn", "kind": "given"}],
        "birth_year": 2001, "sex": "male", "nationalities": ["KE"], "languages": ["sw", "en"],
        "documents": [{"kind": "passport", "number": text("A00")}],
        "description": text("a scar over the left eye"), "needs": text("insulin"),
    });
    let people = format!("{case_path}/people");
    let person = t.step("person.create", "caseworker", post.clone(), &people, Some(body)).await;
    let person_path = format!("/v1/people/{}", id(&person));
    t.step("person.list", "caseworker", get.clone(), &people, None).await;
    t.step("person.show", "caseworker", get.clone(), &person_path, None).await;
    t.step("person.update", "caseworker", patch.clone(), &person_path, Some(json!({"needs": text("water")})))
        .await;

    let body = json!({
        "platform": "telegram", "handle": format!("@{CANARY}_handle"), "device_owner": "own",
        "rules": {
            "time_zone": "Asia/Yangon", "windows": [{"days": [1, 2], "from": "22:00", "to": "23:30"}],
            "initiate": false, "languages": ["en"], "persona": text("a cousin"), "forbidden_words": [text("police")],
        },
        "duress_words": [text("umbrella")], "challenge": {"question": text("dog?"), "answer": text("Rex")},
    });
    let channels = format!("{person_path}/channels");
    let channel = t.step("channel.create", "caseworker", post.clone(), &channels, Some(body)).await;
    t.step("channel.list", "caseworker", get.clone(), &channels, None).await;
    let channel_path = format!("/v1/channels/{}", id(&channel));
    let body = json!({"handle": format!("@{CANARY}_other"), "duress_words": [text("rain")]});
    t.step("channel.update", "caseworker", patch.clone(), &channel_path, Some(body)).await;
    t.step("channel.advice", "caseworker", get.clone(), &format!("{channel_path}/advice"), None).await;
    let path = format!("{channel_path}/rules-history");
    t.step("channel.rules_history", "caseworker", get.clone(), &path, None).await;

    let messages = format!("{case_path}/messages");
    let body = json!({
        "channel_id": id(&channel), "direction": "inbound", "sent_at": now, "body": text("we are near the river"),
        "language": "en", "translation": text("translation"), "authenticity": "verified",
    });
    let message = t.step("message.create", "caseworker", post.clone(), &messages, Some(body)).await;
    t.step("message.list", "caseworker", get.clone(), &messages, None).await;
    let body =
        json!({"channel_id": id(&channel), "direction": "inbound", "sent_at": now, "body": text("umbrella")});
    app.caseworker.post(&messages, body).await.ok();
    let body = json!({"body": text("near the bridge"), "reason": text("misread")});
    let path = format!("/v1/messages/{}/corrections", id(&message));
    t.step("message.correct", "caseworker", post.clone(), &path, Some(body)).await;

    t.consents(&person_path, &id(&message)).await;

    let body = json!({"expected_every_hours": 1, "grace_hours": 0, "escalate_to": [app.coordinator2.id]});
    let watch = format!("{case_path}/watch");
    t.step("watch.put", "caseworker", put.clone(), &watch, Some(body)).await;
    t.step("watch.show", "caseworker", get.clone(), &watch, None).await;
    let body = json!({"until": later, "reason": text("no phone")});
    let pauses = format!("{watch}/pauses");
    let pause = t.step("watch.pause", "caseworker", post.clone(), &pauses, Some(body)).await;
    let path = format!("{pauses}/{}", id(&pause));
    t.step("watch.pause_end", "caseworker", delete.clone(), &path, None).await;
    let tasks = format!("{case_path}/tasks");
    let body = json!({"title": text("call"), "note": text("gently"), "due_at": later});
    let task = t.step("task.create", "caseworker", post.clone(), &tasks, Some(body)).await;
    t.step("task.list", "caseworker", get.clone(), &tasks, None).await;
    let task_path = format!("/v1/tasks/{}", id(&task));
    t.step("task.show", "caseworker", get.clone(), &task_path, None).await;
    t.step("task.update", "caseworker", patch.clone(), &task_path, Some(json!({"title": text("write")})))
        .await;
    let etag = app.caseworker.get(&task_path).await.etag();
    app.caseworker.patch(&task_path, &etag, json!({"status": "done"})).await.ok();
    t.step("worklist.show", "caseworker", get.clone(), "/v1/me/worklist", None).await;
    let my_calendar = "/v1/me/calendar";
    let calendar = t.step("calendar.create", "caseworker", post.clone(), my_calendar, None).await;
    t.step("calendar.show", "caseworker", get.clone(), my_calendar, None).await;
    let feed = calendar["url"].as_str().unwrap().split_once("/v1/").unwrap().1;
    t.step("calendar.feed", "nobody", get.clone(), &format!("/v1/{feed}"), None).await;
    t.step("calendar.end", "caseworker", delete.clone(), my_calendar, None).await;
    app.coordinator.request(post.clone(), my_calendar).await.send().await.unwrap();

    // A file has no JSON body: uploaded by itself, then recorded.
    let imports = format!("{case_path}/imports");
    let preview =
        app.caseworker.upload(&imports, &format!("{CANARY}.json"), telegram_export().as_bytes()).await.ok();
    t.steps.push(Step {
        operation: "import.preview",
        actor: "caseworker",
        method: post.clone(),
        path: imports.clone(),
        body: None,
        etag: None,
        headers: &[],
    });
    let commit = format!("/v1/imports/{}/commit", id(&preview));
    let body = json!({
        "conversation": preview["conversations"][0]["key"], "me": "user1", "person_id": id(&person),
        "time_zone": "Asia/Bangkok",
    });
    t.step("import.commit", "caseworker", post.clone(), &commit, Some(body)).await;
    t.imports(&imports, &case_path, &id(&preview)).await;

    t.files(&case_path, &id(&channel)).await;

    let site = json!({
        "name": text("Site"), "names": [text("alias")], "lat": CANARY_LAT, "lon": 98.51, "sigma_m": 4000,
        "country": "MM", "capacity_estimate": 300, "provenance": text("publicly reported, town precision"),
    });
    let site = t.step("site.create", "analyst", post.clone(), "/v1/sites", Some(site)).await;
    let site_path = format!("/v1/sites/{}", id(&site));
    t.step("site.list", "analyst", get.clone(), "/v1/sites", None).await;
    t.step("site.show", "analyst", get.clone(), &site_path, None).await;
    t.step("site.update", "analyst", patch.clone(), &site_path, Some(json!({"activity": "active"}))).await;
    t.seen(&site_path).await;
    t.behind(&site_path).await;

    let clues = format!("{case_path}/clues");
    let body = json!({
        "kind": "point", "data": {"lat": CANARY_LAT, "lon": 98.52, "accuracy_m": 50, "via": "pin"}, "observed_at": now,
        "source": {"kind": "open_source", "label": text("somebody at the market")}, "reliability": "C", "credibility": 3,
        "quote": {"text": CANARY, "start": 0, "end": CANARY.len()}, "note": text("note"),
    });
    let clue = t.step("clue.create", "caseworker", post.clone(), &clues, Some(body)).await;
    t.step("clue.list", "analyst", get.clone(), &clues, None).await;
    let body = json!({"status": "rejected", "reason": text("a decoy")});
    let clue_path = format!("/v1/clues/{}", id(&clue));
    t.step("clue.update", "analyst", patch.clone(), &clue_path, Some(body)).await;
    t.step("clue.extract", "analyst", post.clone(), &format!("{clues}/extract"), None).await;
    t.location(&case_path, &site_path).await;
    t.do_not_share(&case_path, &site_path).await;
    t.break_glass(&id(&case)).await;
    t.shred().await;
    t.duties(&person_path).await;

    let operation = json!({
        "kind": "extraction", "title": text("title"), "site_id": id(&site), "target": {"lat": CANARY_LAT, "lon": 98.5},
        "case_ids": [id(&case)], "lead_id": app.officer.id, "starts_at": later, "ends_at": latest,
        "plan": {
            "objective": text("objective"), "approach": text("approach"), "routes": text("routes"),
            "communications": text("communications"), "abort_criteria": text("abort criteria"),
            "risks": [{"hazard": text("dogs"), "likelihood": "low", "severity": "high", "mitigation": text("wait")}],
            "check_ins": {"every_minutes": 30, "grace_minutes": 10},
        },
        "checklist": [{"item": text("fuel"), "done": false}],
    });
    let mut planned = Vec::new();
    for _ in 0..3 {
        planned.push(id(&app.coordinator.post("/v1/operations", operation.clone()).await.ok()));
    }
    let created =
        t.step("operation.create", "coordinator", post.clone(), "/v1/operations", Some(operation)).await;
    let path = format!("/v1/operations/{}", id(&created));
    t.step("operation.list", "coordinator", get.clone(), "/v1/operations", None).await;
    t.step("board.show", "coordinator", get.clone(), "/v1/board", None).await;
    t.step("operation.update", "coordinator", patch.clone(), &path, Some(json!({"title": text("retitled")})))
        .await;
    let member = format!("{path}/members/{}", app.coordinator2.id);
    t.step("operation.member_put", "coordinator", put.clone(), &member, Some(json!({}))).await;
    t.step("operation.member_end", "coordinator", delete.clone(), &member, None).await;
    // A name that resolves nowhere: what is announced from here on waits.
    let body = json!({"url": format!("https://hooks.invalid/{CANARY}")});
    let webhook = t.step("webhook.create", "admin", post.clone(), "/v1/webhooks", Some(body.clone())).await;
    let unwanted = id(&app.admin.post("/v1/webhooks", body).await.ok());
    t.step("webhook.delete", "admin", delete.clone(), &format!("/v1/webhooks/{unwanted}"), None).await;
    let webhook = format!("/v1/webhooks/{}", id(&webhook));
    t.step("webhook.list", "admin", get.clone(), "/v1/webhooks", None).await;
    t.step("webhook.show", "admin", get.clone(), &webhook, None).await;
    let body = json!({"url": format!("https://hooks.invalid/new/{CANARY}")});
    t.step("webhook.update", "admin", patch.clone(), &webhook, Some(body)).await;
    t.step("webhook.rotate_secret", "admin", post.clone(), &format!("{webhook}/rotate-secret"), None).await;
    let nothing = Some(json!({}));
    t.step("operation.submit", "coordinator", post.clone(), &format!("{path}/submit"), nothing.clone()).await;
    let alerts = t.step("alert.list", "coordinator2", get.clone(), "/v1/alerts", None).await;
    let path_to = format!("/v1/alerts/{}/acknowledge", id(&alerts["items"][0]));
    t.step("alert.acknowledge", "coordinator2", post.clone(), &path_to, None).await;
    t.step("webhook.deliveries", "admin", get.clone(), &format!("{webhook}/deliveries"), None).await;
    t.step("operation.approve", "coordinator2", post.clone(), &format!("{path}/approve"), nothing.clone())
        .await;
    let shown = t.step("operation.show", "officer", get.clone(), &path, None).await;
    let body = json!({"text": format!("{CANARY} {}", shown["copy_mark"].as_str().unwrap())});
    t.step("operation.canary", "coordinator", post.clone(), &format!("{path}/canary"), Some(body)).await;
    t.step("operation.gates", "officer", get.clone(), &format!("{path}/gates"), None).await;
    let waiver = format!("{path}/gates/receiving/waiver");
    let body = Some(json!({"reason": text("the consul is on his way")}));
    t.step("operation.waive", "coordinator2", post.clone(), &waiver, body).await;
    t.step("operation.waiver_end", "coordinator2", delete.clone(), &waiver, None).await;
    t.packs(&path).await;
    crate::operations::ready_to_start(app, &path).await;
    t.step("operation.start", "officer", post.clone(), &format!("{path}/start"), nothing).await;
    let report = t.field(&path).await;
    t.reported(&site_path, &report).await;
    let ticks = json!({"ticks": [{"item": text("fuel"), "done": true}]});
    t.step("operation.checklist", "officer", post.clone(), &format!("{path}/checklist"), Some(ticks)).await;
    t.step("sync.changes", "officer", get.clone(), "/v1/changes", None).await;
    let seen = json!({"at": now, "seen": text("from the road")});
    let item = json!({"id": super::unknown_id(), "op": "report.create", "on": id(&created), "body": seen});
    t.step("sync.batch", "officer", post.clone(), "/v1/batch", Some(json!({"items": [item]}))).await;
    let body = json!({
        "outcome": text("home"), "people": [{"person_id": id(&person), "outcome": "recovered"}],
    });
    t.step("operation.complete", "officer", post.clone(), &format!("{path}/complete"), Some(body)).await;
    let path = format!("/v1/operations/{}", planned[0]);
    app.coordinator.post(&format!("{path}/submit"), json!({})).await.ok();
    let body = Some(json!({"reason": text("no second vehicle")}));
    t.step("operation.reject", "coordinator2", post.clone(), &format!("{path}/reject"), body.clone()).await;
    let path = format!("/v1/operations/{}", planned[1]);
    t.step("operation.abort", "coordinator", post.clone(), &format!("{path}/abort"), body).await;

    let partner = format!("/v1/users/{}", app.partner.id);
    let etag = app.admin.get(&partner).await.etag();
    app.admin.patch(&partner, &etag, json!({"affiliation": text("Shelter")})).await.ok();
    let referrals = format!("{case_path}/referrals");
    let body = json!({
        "user_id": app.partner.id, "classes": ["identity", "content"], "expires_at": latest, "note": text("a bed"),
    });
    let referral = t.step("referral.create", "coordinator", post.clone(), &referrals, Some(body)).await;
    t.step("referral.list", "coordinator", get.clone(), &referrals, None).await;
    t.step("referral.mine", "partner", get.clone(), "/v1/referrals", None).await;
    let path = format!("/v1/referrals/{}", id(&referral));
    t.step("referral.accept", "partner", post.clone(), &format!("{path}/accept"), Some(json!({}))).await;
    t.step("referral.return", "partner", post.clone(), &format!("{path}/return"), Some(json!({}))).await;

    t.step("case.timeline", "coordinator", get.clone(), &format!("{case_path}/timeline"), None).await;
    t.stream("event.stream", "coordinator", "/v1/events").await;

    t.step("audit.list", "auditor", get.clone(), "/v1/audit-events", None).await;
    // On to the next checkpoint: the job may have signed the last one when there was no row yet.
    app.clock.advance(app.services.settings.audit.checkpoint_seconds);
    farlight::audit::sequencer::run_once(&app.services).await.unwrap();
    t.step("audit.checkpoint", "auditor", get.clone(), "/v1/audit/checkpoint", None).await;
    t.step("audit.proof", "auditor", get.clone(), "/v1/audit/events/0/proof", None).await;
    t.step("audit.consistency", "auditor", get.clone(), "/v1/audit/consistency?from=1", None).await;
    let password = json!({"current_password": super::PASSWORD, "new_password": "nine amber windows glow"});
    t.step("me.password", "auditor", post.clone(), "/v1/me/password", Some(password)).await;
    t.accounts().await;
    t.step("auth.logout", "analyst", post.clone(), "/v1/auth/logout", Some(json!({}))).await;
    let factor = format!("/v1/users/{}/totp", app.analyst.id);
    t.step("user.totp_reset", "admin", delete.clone(), &factor, None).await;
    t.step("session.revoke", "caseworker", delete, &format!("/v1/me/sessions/{mine}"), None).await;
    t
}

/// Done by strangers, with bodies of their own; or by nobody on the tour, since it would end there.
pub const STRANGERS_ONLY: &[&str] =
    &["setup", "invitation.accept", "auth.login", "auth.refresh", "system.seal", "system.unseal"];

/// A chat of two invented people, with a place in it.
pub fn telegram_export() -> String {
    json!({
        "name": text("Chat"), "type": "personal_chat", "id": 4_242,
        "messages": [
            {"id": 1, "type": "message", "date": "2026-05-02T21:00:00", "date_unixtime": "1777730400",
             "from": text("Writer"), "from_id": "user2", "text": text("there is one road in")},
            {"id": 2, "type": "message", "date": "2026-05-02T21:01:00", "date_unixtime": "1777730460",
             "from": text("Writer"), "from_id": "user2", "text": "",
             "location_information": {"latitude": CANARY_LAT, "longitude": 98.51}},
            {"id": 3, "type": "message", "date": "2026-05-02T21:02:00", "date_unixtime": "1777730520",
             "from": "Me", "from_id": "user1", "text": text("thank you")},
        ],
    })
    .to_string()
}
