"""Writes down what each role of the stack asked IAM for, and what IAM decided: one line of JSON per new kind of call.

A line names the role by its logical id, the action, the resource, the decision and the statement that allowed it, so that
a policy can be held against what was used of it. Root, who deploys the stack, is left out, and so is a role that the
stack does not have.

Environment: LAUNCHWAY_CALLS, the file.
"""

import contextvars
import json
import os
import threading

from ministack.core import iam_evaluator
from ministack.services import cloudformation

# What the policies of the caller said of the call that is being decided; its resource's policy is asked after that.
_decided = contextvars.ContextVar("decided", default=None)
_of_a_resource = contextvars.ContextVar("of_a_resource", default=False)

_written = set()
_lock = threading.Lock()


def role_name(arn: str) -> str:
    """The name of the role in its ARN or in that of a session of it; empty when it is neither."""
    kind, _, rest = arn.split(":", 5)[-1].partition("/")
    if kind == "assumed-role":
        return rest.split("/")[0]
    return rest.rsplit("/", 1)[-1] if kind == "role" else ""


def logical_id(name: str) -> str:
    """What the template calls the role; empty when no stack has it."""
    for stack in cloudformation._stacks.values():
        for logical, resource in list(stack.get("_resources", {}).items()):
            if resource.get("ResourceType") == "AWS::IAM::Role" and resource.get("PhysicalResourceId") == name:
                return logical
    return ""


def write(context, decision: str, statement: str) -> None:
    """Adds a call that was not seen before."""
    role = logical_id(role_name(context.principal_arn))
    call = (role, context.action, context.resource_arn, decision, statement)
    with _lock:
        if not role or call in _written:
            return
        _written.add(call)
        names = ("role", "action", "resource", "decision", "statement")
        with open(os.environ["LAUNCHWAY_CALLS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(dict(zip(names, call))) + "\n")


def noting_decisions(evaluate):
    """Policies of the caller. The engine asks by SimulatePrincipalPolicy for a role, before a service acts as it."""

    def noting(context, policies, *limits):
        result = evaluate(context, policies, *limits)
        if not _of_a_resource.get():
            _decided.set((context, result))
            if ":role/" in context.principal_arn:
                write(context, result.decision, result.matched_sid)
        return result

    return noting


def not_noting(evaluate_resource_policy):
    """Policies of resources: what they allow is not what the role's own policy does."""

    def without(*arguments, **named):
        token = _of_a_resource.set(True)
        try:
            return evaluate_resource_policy(*arguments, **named)
        finally:
            _of_a_resource.reset(token)

    return without


def writing_calls(enforce):
    """Calls with credentials of a role, as they were decided in the end."""

    def writing(*arguments, **named):
        _decided.set(None)
        refused = enforce(*arguments, **named)
        if _decided.get() is not None:
            context, result = _decided.get()
            write(context, refused.decision if refused else "Allow", result.matched_sid)
        return refused

    return writing


def install() -> None:
    iam_evaluator.evaluate = noting_decisions(iam_evaluator.evaluate)
    iam_evaluator.evaluate_resource_policy = not_noting(iam_evaluator.evaluate_resource_policy)
    iam_evaluator.enforce = writing_calls(iam_evaluator.enforce)
