"""Who asks, and for what: signs in as a demo account, and puts ids of the demo's own records where the tool would invent
some. An invented id is a 404 and nothing behind it is reached."""

import json
import os
import random
import urllib.error
import urllib.request

import schemathesis

BASE = os.environ["FARLIGHT_BASE"]
EMAIL = os.environ["FARLIGHT_EMAIL"]
PASSWORD = os.environ["FARLIGHT_PASSWORD"]

# Across runs the same choices, so that a failure can be looked for again.
CHOICE = random.Random(7)


def ask(path, token=None, body=None):
    request = urllib.request.Request(BASE + path)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return None


def sign_in():
    return ask("/v1/auth/login", body={"email": EMAIL, "password": PASSWORD})["access_token"]


# Requests that end sessions are among those tried: a 401 makes the tool sign in again and repeat what it asked.
@schemathesis.auth(refresh_interval=300)
class Account:
    def get(self, case, context):
        return sign_in()

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


def items(path, token):
    answer = ask(path, token)
    return [item["id"] for item in (answer or {}).get("items", []) if "id" in item]


def known():
    token = sign_in()
    ids = {kind: items(f"/v1/{kind}?limit=20", token) for kind in
           ("cases", "sites", "actors", "operations", "users", "webhooks", "alerts", "referrals")}
    for case in ids["cases"][:6]:
        for kind in ("people", "tasks", "clues", "messages", "attachments", "imports"):
            ids.setdefault(kind, []).extend(items(f"/v1/cases/{case}/{kind}?limit=5", token))
    for person in ids.get("people", [])[:6]:
        for kind in ("channels", "consents"):
            ids.setdefault(kind, []).extend(items(f"/v1/people/{person}/{kind}", token))
    for site in ids["sites"][:4]:
        ids.setdefault("observations", []).extend(items(f"/v1/sites/{site}/observations?limit=5", token))
    return {kind: found for kind, found in ids.items() if found}


IDS = None


@schemathesis.hook
def before_call(context, case, kwargs):
    global IDS
    if IDS is None:
        IDS = known()
    path = case.operation.path
    for name in list((case.path_parameters or {})):
        before = path.split("{%s}" % name)[0].rstrip("/").rsplit("/", 1)[-1]
        if name == "user_id":
            before = "users"
        if before in IDS and CHOICE.random() < 0.8:
            case.path_parameters[name] = CHOICE.choice(IDS[before])
    # An invented ETag is a 412 and nothing behind it is reached.
    for name in list(case.headers or {}):
        if name.lower() == "if-match" and CHOICE.random() < 0.8:
            case.headers[name] = "*"


@schemathesis.serializer("application/offset+octet-stream")
def offset_octets(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.serializer("application/octet-stream")
def octets(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
