"""Pipelines as targets of EventBridge's rules and of EventBridge Scheduler, which MiniStack does not know.

The pipeline is started in the name of the target's role, so that the engine asks IAM about it as about everybody's call; the
role has to trust the service. A start that is refused is written to standard error: a rule tells nobody.
"""

import contextvars
import json
import sys
import threading

from ministack.core import responses
from ministack.services import eventbridge, iam, s3

import sessions

# The universal target of Scheduler, whose input is the request (EventBridge Scheduler user guide, "Universal targets").
UNIVERSAL = "arn:aws:scheduler:::aws-sdk:codepipeline:startPipelineExecution"


def request(target: dict, event, rule, view) -> dict:
    """The request that a target is: of a rule's input, `variables` and `sourceRevisions` count."""
    if target.get("InputTransformer"):
        view = view or eventbridge._pattern_event_view(event)
        text = eventbridge._apply_input_transformer(target["InputTransformer"], rule, view)
    else:
        text = target.get("Input")
    given = json.loads(text) if text else {}
    if target["Arn"] == UNIVERSAL:
        # Members have capitals there.
        return {key[:1].lower() + key[1:]: value for key, value in given.items()}
    name = target["Arn"].rsplit(":", 1)[-1]
    return {"name": name} | {key: given[key] for key in ("variables", "sourceRevisions") if key in given}


def caller(role_arn: str, service: str) -> str:
    """The session in whose name the call is made, of a role that trusts the service."""
    role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
    if role is None:
        raise sessions.Refused(f"role {role_arn!r} of the target does not exist")
    if not sessions.trusts(role.get("AssumeRolePolicyDocument", "{}"), service):
        raise sessions.Refused(f"role {role_arn} does not trust {service}: its trust policy must allow sts:AssumeRole to it")
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    return f"arn:aws:sts::{account}:assumed-role/{name}/{service.split('.')[0]}"


def start(post, target: dict, body: dict, rule: dict) -> None:
    """Starts the pipeline. A rule is the trigger itself; Scheduler calls the API as anybody does."""
    arn = rule.get("Arn", "")
    is_rule = ":events:" in arn
    service = "events.amazonaws.com" if is_rule else "scheduler.amazonaws.com"
    try:
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": "CodePipeline_20150709.StartPipelineExecution",
            "x-launchway-caller-arn": caller(target.get("RoleArn", ""), service),
            "x-launchway-account": responses.get_account_id(),
            "x-launchway-region": responses.get_region(),
        }
        if is_rule:
            headers["x-launchway-rule-arn"] = arn
        status, _, content = post("/aws/codepipeline", headers, json.dumps(body).encode())
        if status != 200:
            raise sessions.Refused(content.decode(errors="replace"))
    except (sessions.Refused, OSError) as problem:
        print(f"{arn} does not start {target['Arn']}: {problem}", file=sys.stderr)


_version = contextvars.ContextVar("version", default=None)


def tell_versions() -> None:
    """S3's events name the version of an object, which MiniStack leaves out (Amazon S3 user guide, "EventBridge event
    message structure")."""
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fire_with_version(*args, **kwargs):
        token = _version.set(kwargs.get("version_id"))
        try:
            return fire(*args, **kwargs)
        finally:
            _version.reset(token)

    def dispatch_with_version(event, view=None):
        version = _version.get()
        if version and event.get("Source") == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"].setdefault("version-id", version)
            event = event | {"Detail": json.dumps(detail)}
        return dispatch(event, view)

    s3._fire_s3_event = fire_with_version
    eventbridge._dispatch_event = dispatch_with_version


def install(post) -> None:
    """Lets rules and schedules start pipelines; `post` sends a request to the engine."""
    tell_versions()
    invoke = eventbridge._invoke_target

    def with_pipelines(target, event, rule, view=None):
        if ":codepipeline:" not in target.get("Arn", ""):
            return invoke(target, event, rule, view)
        body = request(target, event, rule, view)
        # The engine asks this process about the role while it answers, so that nobody may wait for it here.
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(start, post, target, body, rule), daemon=True, name="pipeline target").start()

    eventbridge._invoke_target = with_pipelines
