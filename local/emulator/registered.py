"""CloudFormation types that nothing here emulates: their resources are registered.

Properties are validated against the schemas that CloudFormation publishes, which cfn-lint ships, an id is made up, and a
line is written into a list, so that a run can tell what of its stack is not really there.

Environment: LAUNCHWAY_SCHEMAS, the folder of cfn-lint's schemas; LAUNCHWAY_REGISTERED, the list: a JSON object a line with
`change` (`create`, `update`, `delete`), `type`, `stack`, `logical_id` and `physical_id`.
"""

import functools
import itertools
import json
import os
import pathlib
import threading
import uuid

import jsonschema
from ministack.core import responses

# Type -> what Ref gives, and the attributes of Fn::GetAtt. `{hex}` are seventeen digits of the resource's own, `{byte}` a
# number below 255, which comes again after 254 resources of the type.
TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": ("{ResourceId}|{ScalableDimension}|{ServiceNamespace}", {"Id": "{ref}"}),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ("arn:aws:autoscaling:{region}:{account}:scalingPolicy:{hex}", {"Arn": "{ref}"}),
    "AWS::CloudWatch::CompositeAlarm": ("{AlarmName}", {"Arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{ref}"}),
    "AWS::CodeBuild::ReportGroup": ("arn:aws:codebuild:{region}:{account}:report-group/{Name}", {"Arn": "{ref}"}),
    "AWS::CodeConnections::Connection": (
        "arn:aws:codeconnections:{region}:{account}:connection/{hex}",
        {"ConnectionArn": "{ref}", "ConnectionStatus": "PENDING"},
    ),
    "AWS::CodeStarConnections::Connection": (
        "arn:aws:codestar-connections:{region}:{account}:connection/{hex}",
        {"ConnectionArn": "{ref}", "ConnectionStatus": "PENDING"},
    ),
    # Addresses of RFC 5737, which nobody has.
    "AWS::EC2::EIP": ("203.0.113.{byte}", {"AllocationId": "eipalloc-{hex}", "PublicIp": "{ref}"}),
    "AWS::EC2::FlowLog": ("fl-{hex}", {"Id": "{ref}"}),
    "AWS::EC2::NatGateway": ("nat-{hex}", {"NatGatewayId": "{ref}", "EniId": "eni-{hex}"}),
    "AWS::EC2::SecurityGroupEgress": ("sgr-{hex}", {"Id": "{ref}"}),
    "AWS::EC2::SecurityGroupIngress": ("sgr-{hex}", {"Id": "{ref}"}),
    "AWS::SecretsManager::RotationSchedule": ("{SecretId}", {"Id": "{ref}"}),
}

_list = threading.Lock()


@functools.cache
def schema(kind: str) -> dict:
    """The schema of a type. The region is the one the emulator has; types differ little between regions."""
    folder = pathlib.Path(os.environ.get("LAUNCHWAY_SCHEMAS", ""))
    index = folder / "providers" / f"{responses.get_region()}.json"
    if not index.is_file():
        raise ValueError(f"{kind} cannot be validated: LAUNCHWAY_SCHEMAS has to be the folder of cfn-lint's schemas")
    name = json.loads(index.read_text())[kind]
    return json.loads((folder / "resources" / f"{name}.json").read_text())


# CloudFormation takes texts for numbers and truth values, and the other way round.
def is_text(_checker, value) -> bool:
    return isinstance(value, (str, int, float))


def is_whole(_checker, value) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value.lstrip("-").isdigit())


def is_flag(_checker, value) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


Validator = jsonschema.validators.extend(
    jsonschema.Draft7Validator,
    type_checker=jsonschema.Draft7Validator.TYPE_CHECKER.redefine_many(
        {"string": is_text, "integer": is_whole, "boolean": is_flag}
    ),
)


def validate(kind: str, properties: dict) -> None:
    """Raises what the schema has against the properties, all of it at once."""
    problems = []
    for error in sorted(Validator(schema(kind)).iter_errors(properties), key=lambda error: list(error.absolute_path)):
        place = ".".join(str(part) for part in error.absolute_path)
        problems.append(f"{place}: {error.message}" if place else error.message)
    read_only = {path.removeprefix("/properties/") for path in schema(kind).get("readOnlyProperties", [])}
    problems += [f"{name}: is read-only" for name in properties if name in read_only]
    if problems:
        raise ValueError(f"{kind}: " + "; ".join(problems))


def note(change: str, kind: str, stack, logical_id, physical_id: str) -> None:
    """Adds a line to the list."""
    line = {"change": change, "type": kind, "stack": stack, "logical_id": logical_id, "physical_id": physical_id}
    path = os.environ.get("LAUNCHWAY_REGISTERED")
    if path:
        with _list, open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def register(kind: str) -> dict:
    """The handlers of a type."""
    ref, attributes = TYPES[kind]
    known: dict[str, dict] = {}
    numbers = itertools.count()

    def create(logical_id, properties, stack):
        validate(kind, properties)
        digits = uuid.uuid4().hex[:17]
        words = {key: value for key, value in properties.items() if isinstance(value, str)}
        # A name that the template leaves out is made of the stack's and the resource's.
        for name in ("AlarmName", "Name"):
            words.setdefault(name, f"{stack}-{logical_id}-{digits[:12].upper()}")
        words |= {"hex": digits, "byte": next(numbers) % 254 + 1}
        words |= {"account": responses.get_account_id(), "region": responses.get_region()}
        words["ref"] = ref.format(**words)
        known[words["ref"]] = {name: text.format(**words) for name, text in attributes.items()}
        note("create", kind, stack, logical_id, words["ref"])
        return words["ref"], known[words["ref"]]

    def update(physical_id, old, properties, stack, logical_id):
        fixed = [path.removeprefix("/properties/") for path in schema(kind).get("createOnlyProperties", [])]
        if physical_id not in known or any(old.get(name) != properties.get(name) for name in fixed):
            # CloudFormation deletes the one before when the id is another.
            return create(logical_id, properties, stack)
        validate(kind, properties)
        note("update", kind, stack, logical_id, physical_id)
        return physical_id, known[physical_id]

    def delete(physical_id, _properties):
        known.pop(physical_id, None)
        note("delete", kind, None, None, physical_id)

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def install(handlers: dict) -> None:
    """Registers the types that `handlers` lacks: what a later MiniStack emulates is emulated."""
    for kind in TYPES:
        if kind not in handlers:
            handlers[kind] = register(kind)
