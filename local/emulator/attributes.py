"""Attributes of resources that MiniStack's CloudFormation has not or loses."""

import json
import uuid

from ministack.services import cloudformation, rds, secretsmanager
from ministack.services.cloudformation import provisioners

DATABASE = "AWS::RDS::DBInstance"


def keep_attributes(update):
    """A nested stack's update forgets the attributes of the resources that it does not change, so that its outputs come
    out wrong; the stack still has them."""

    def with_attributes(kind, physical_id, old, new, stack, logical_id=None, old_attrs=None):
        if old_attrs is None:
            known = cloudformation._stacks.get(stack, {}).get("_resources", {}).get(logical_id, {})
            old_attrs = known.get("Attributes")
        return update(kind, physical_id, old, new, stack, logical_id, old_attrs)

    return with_attributes


def is_managed(properties: dict) -> bool:
    return str(properties.get("ManageMasterUserPassword", "")).lower() == "true"


def secret_of(physical_id: str, properties: dict) -> dict:
    """The attribute of a database whose password RDS manages, with its secret made when there is none (Amazon RDS user
    guide, "Password management with Amazon RDS and AWS Secrets Manager")."""
    instance = rds._instances[physical_id]
    if not is_managed(properties):
        return {}
    if properties.get("MasterUserPassword"):
        raise ValueError("MasterUserPassword cannot be given when ManageMasterUserPassword is true")
    if not instance.get("MasterUserSecret"):
        password = uuid.uuid4().hex
        content = json.dumps({"username": instance["MasterUsername"], "password": password})
        arn = secretsmanager.create_secret_in_process(
            f"rds!db-{uuid.uuid4()}", content, description=f"Secret managed by RDS for DB instance {physical_id}"
        )
        instance["_MasterUserPassword"] = password
        instance["MasterUserSecret"] = {"SecretArn": arn, "SecretStatus": "active"}
    return {"MasterUserSecret.SecretArn": instance["MasterUserSecret"]["SecretArn"]}


def manage_passwords(handlers: dict) -> None:
    """Gives databases the secret that RDS makes for them."""
    plain = handlers[DATABASE]

    def create(logical_id, properties, stack):
        physical_id, attributes = plain["create"](logical_id, properties, stack)
        return physical_id, attributes | secret_of(physical_id, properties)

    def update(physical_id, old, properties, stack, logical_id=None):
        updated, attributes = plain["update"](physical_id, old, properties, stack, logical_id)
        return updated, attributes | secret_of(updated, properties)

    def delete(physical_id, properties):
        secret = (rds._instances.get(physical_id) or {}).get("MasterUserSecret")
        plain["delete"](physical_id, properties)
        if secret:
            secretsmanager.delete_secret_in_process(secret["SecretArn"])

    handlers[DATABASE] = plain | {"create": create, "update": update, "delete": delete}


def install() -> None:
    from ministack.services.cloudformation import stacks

    manage_passwords(provisioners._RESOURCE_HANDLERS)
    provisioners._update_resource = keep_attributes(provisioners._update_resource)
    stacks._update_resource = provisioners._update_resource
