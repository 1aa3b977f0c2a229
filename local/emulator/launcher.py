"""Runs MiniStack with the two services it lacks, CodePipeline and CodeDeploy, served by the Launchway engine.

One endpoint serves everything: what MiniStack knows it answers itself; calls to the added services are authenticated by
MiniStack and then forwarded to the engine with the caller's ARN. Their CloudFormation types are registered here and
their resolved properties are handed to the engine, so that the template is deployed unchanged.

Environment: LAUNCHWAY_ENGINE, the engine's URL; AWS_ENDPOINT_URL, this emulator's; LAUNCHWAY_ROLE_SESSION_PORT, where
role sessions are handed out to the engine; those of `registered.py` and `calls.py`; the rest is MiniStack's own
(GATEWAY_PORT, AUTH, ...). The process ends when its standard input closes.
"""

import asyncio
import contextvars
import itertools
import json
import os
import sys
import threading
import urllib.error
import urllib.request

from ministack import app
from ministack.core import iam_actions, iam_evaluator, responses, router
from ministack.services import iam
from ministack.services.cloudformation import handlers, provisioners

import asynchronous
import attributes
import calls
import registered
import sessions
import targets

ENGINE = os.environ["LAUNCHWAY_ENGINE"]
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
ROLE_SESSION_PORT = int(os.environ["LAUNCHWAY_ROLE_SESSION_PORT"])

# Service name -> the prefix of its X-Amz-Target header.
FORWARDED_SERVICES = {
    "codebuild": "CodeBuild_20161006.",
    "codedeploy": "CodeDeploy_20141006.",
    "codepipeline": "CodePipeline_20150709.",
}

ENGINE_RESOURCES = (
    "AWS::CodeBuild::Project",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::CodePipeline::Pipeline",
)


def post(path: str, headers: dict, body: bytes) -> tuple[int, dict, bytes]:
    """Sends one request to the engine and returns its answer, also when that is an error."""
    request = urllib.request.Request(ENGINE + path, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def forward(service: str):
    """The handler of a service that the engine serves."""

    async def handler(_method, _path, headers, body, _query):
        sent = {
            "content-type": headers.get("content-type", "application/x-amz-json-1.1"),
            "x-amz-target": headers.get("x-amz-target", ""),
            "x-launchway-caller-arn": iam_evaluator.caller_arn(),
            "x-launchway-account": responses.get_account_id(),
            "x-launchway-region": responses.get_region(),
        }
        status, answered, content = await asyncio.to_thread(post, f"/aws/{service}", sent, body or b"")
        return status, {"Content-Type": answered.get("content-type", "application/x-amz-json-1.1")}, content

    return handler


def resource(action: str, kind: str, logical_id, physical_id, properties: dict, stack) -> tuple[str, dict]:
    """Tells the engine to create, update or delete a resource; its refusal fails the stack with the engine's words."""
    asked = {
        "action": action,
        "type": kind,
        "logical_id": logical_id,
        "physical_id": physical_id,
        "properties": properties,
        "stack": stack,
        "account": responses.get_account_id(),
        "region": responses.get_region(),
    }
    status, _, content = post("/internal/resources", {"content-type": "application/json"}, json.dumps(asked).encode())
    answer = json.loads(content or b"{}")
    if status != 200:
        raise ValueError(answer.get("message") or f"the engine answered {status} to {action} {kind}")
    return answer["physical_id"], answer.get("attributes", {})


def register(kind: str) -> None:
    """Registers a CloudFormation type whose resources live in the engine."""

    def create(logical_id, properties, stack):
        return resource("create", kind, logical_id, None, properties, stack)

    def update(physical_id, _old, properties, stack, logical_id):
        return resource("update", kind, logical_id, physical_id, properties, stack)

    def delete(physical_id, properties):
        resource("delete", kind, None, physical_id, properties, None)

    provisioners._RESOURCE_HANDLERS[kind] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }


def pin_origin_as_tls(source_ip: str, _secure_transport: bool) -> None:
    """The loopback device stands for the TLS that AWS has, so that policies asking for it can be deployed as they are."""
    iam_evaluator._request_origin.set((source_ip, True))


def name_alias_actions(lambda_action):
    """A call about one alias is authorised by its own action, as on AWS; MiniStack takes it for one about all of them."""

    def with_aliases(method, path):
        parts = [part for part in path.split("/") if part]
        if len(parts) == 5 and parts[1] == "functions" and parts[3] == "aliases":
            return {"GET": "GetAlias", "PUT": "UpdateAlias", "DELETE": "DeleteAlias"}.get(method)
        return lambda_action(method, path)

    return with_aliases


def name_log_streams(resource_of):
    """A call about a log stream is authorised for the stream, as on AWS; MiniStack takes it for one about the group, which a
    policy with a group's ARN, `log-group:NAME:*`, does not match."""

    def with_streams(service, method, path, headers, body, *more, **named):
        resource = resource_of(service, method, path, headers, body, *more, **named)
        if service == "logs" and resource.count(":") == 6:
            stream = json.loads(body or b"{}").get("logStreamName")
            return f"{resource}:log-stream:{stream}" if stream else resource
        return resource

    return with_streams


# The keys of the context that the call which is being simulated is asked about with.
_simulated = contextvars.ContextVar("simulated", default={})


def simulate_in_context(simulate):
    """SimulatePrincipalPolicy with its ContextEntries, of which MiniStack takes no notice. The engine asks with it about
    what policies usually bind by a condition, such as to which service a role is passed."""

    def with_entries(params):
        entries = {}
        for number in itertools.count(1):
            key = iam._p(params, f"ContextEntries.member.{number}.ContextKeyName")
            if not key:
                break
            entries[key.lower()] = iam._p(params, f"ContextEntries.member.{number}.ContextKeyValues.member.1")
        token = _simulated.set(entries)
        try:
            return simulate(params)
        finally:
            _simulated.reset(token)

    return with_entries


def evaluate_in_context(evaluate):
    """The decision itself, with the entries above."""

    def with_entries(context, policies, *limits):
        context.service_context.update(_simulated.get())
        return evaluate(context, policies, *limits)

    return with_entries


def show_templates_at_s3(get_template):
    """A template as CloudFormation shows it. `sam deploy` writes where it found S3, here this emulator, into the addresses of
    nested templates, and `sam delete` understands S3's own addresses alone."""

    def with_addresses_of_s3(params):
        status, headers, body = get_template(params)
        s3 = f"https://s3.{responses.get_region()}.amazonaws.com/"
        return status, headers, body.replace(f"{ENDPOINT}/".encode(), s3.encode())

    return with_addresses_of_s3


def end_with_parent() -> None:
    """Ends this process when whoever started it is gone: standard input is a pipe that only the parent holds open."""
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    for service, target in FORWARDED_SERVICES.items():
        app.SERVICE_HANDLERS[service] = forward(service)
        router.SERVICE_PATTERNS[service] = {"target_prefixes": [target]}
        # The engine asks IAM about these calls: it knows which project a build belongs to, and MiniStack does not.
        iam_actions.SERVICE_TO_IAM_NAMESPACE.pop(service, None)
    for kind in ENGINE_RESOURCES:
        register(kind)
    registered.install(provisioners._RESOURCE_HANDLERS)
    attributes.install()
    targets.install(post)
    handlers._ACTION_HANDLERS["GetTemplate"] = show_templates_at_s3(handlers._get_template)
    app.pin_request_origin = pin_origin_as_tls
    asynchronous.install()
    iam_actions._lambda_action = name_alias_actions(iam_actions._lambda_action)
    iam_actions.extract_resource_arn = name_log_streams(iam_actions.extract_resource_arn)
    iam_evaluator.evaluate = evaluate_in_context(iam_evaluator.evaluate)
    iam._IAM_HANDLERS["SimulatePrincipalPolicy"] = simulate_in_context(iam._simulate_principal_policy)
    calls.install()
    threading.Thread(target=end_with_parent, daemon=True, name="end-with-parent").start()
    server = sessions.serve(ROLE_SESSION_PORT, {"/events-done": asynchronous.wait_until_done})
    threading.Thread(target=server.serve_forever, daemon=True, name="role-sessions").start()
    app.main()


if __name__ == "__main__":
    main()
