"""Hands out sessions of roles to the engine, as AWS does inside when a service acts with a role it was given.

A service cannot call sts:AssumeRole with credentials of its own here, so the session is registered directly, after the
check that AWS makes: the role's trust policy must name the service.
"""

import http.server
import json
import time
from datetime import datetime, timezone

from ministack.core import responses
from ministack.services import iam, sts


class Refused(Exception):
    """A session that may not be given; the text says why."""


def trusts(document, service: str) -> bool:
    """Whether a trust policy lets this service, named exactly, assume the role."""
    if isinstance(document, str):
        document = json.loads(document)
    allowed = False
    for statement in as_list(document.get("Statement", [])):
        principal = statement.get("Principal", {})
        services = as_list(principal.get("Service", [])) if isinstance(principal, dict) else []
        if service in services and "sts:AssumeRole" in as_list(statement.get("Action", [])):
            if statement.get("Effect") == "Deny":
                return False
            allowed = True
    return allowed


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def role_session(asked: dict) -> dict:
    """Registers a session of `role_arn` for `service` and returns its credentials."""
    role_arn, service, session_name = asked["role_arn"], asked["service"], asked["session_name"]
    account = role_arn.split(":")[4]
    responses.set_request_account_id(account)
    role_name = role_arn.rsplit("/", 1)[-1]
    role = iam._roles.get(role_name)
    if role is None:
        raise Refused(f"role {role_arn} does not exist")
    if not trusts(role.get("AssumeRolePolicyDocument", "{}"), service):
        raise Refused(f"role {role_arn} does not trust {service}: its trust policy must allow sts:AssumeRole to it")
    seconds = int(asked.get("duration_seconds", 3600))
    expires = time.time() + seconds
    access_key, secret, token = sts._gen_session_access_key(), sts._gen_secret(), sts._gen_session_token()
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{session_name}",
            "UserId": f"{sts._role_id(role_arn)}:{session_name}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": expires,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
            "SourceAccessKeyId": "",
            "SourcePrincipalArn": service,
            "SessionTags": [],
            "SessionPolicies": None,
        },
    )
    return {
        "AccessKeyId": access_key,
        "SecretAccessKey": secret,
        "SessionToken": token,
        "Expiration": datetime.fromtimestamp(expires, timezone.utc).isoformat(),
    }


class Handler(http.server.BaseHTTPRequestHandler):
    """POST of what is served; anything else is refused."""

    # Path -> what answers the request's JSON.
    served = {"/role-session": role_session}

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = self.served.get(self.path)
        if answer is None:
            return self.answer(404, {"message": f"unknown path {self.path}: served are {', '.join(self.served)}"})
        try:
            self.answer(200, answer(json.loads(body)))
        except Refused as refusal:
            self.answer(403, {"message": str(refusal)})
        except (KeyError, IndexError, ValueError) as error:
            self.answer(400, {"message": f"the request to {self.path} is not understood: {error!r}"})

    def answer(self, status: int, content: dict) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Nothing: the answers hold credentials and the requests say little."""


def serve(port: int, more: dict) -> http.server.ThreadingHTTPServer:
    """The server of role sessions, and of what else only the engine's process may ask, on the loopback device alone."""
    Handler.served = {**Handler.served, **more}
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
