#!/bin/sh
# Writes an environment's task definition to standard output:
# task-definition.sh ENVIRONMENT [DATABASE_SECRET_ARN [DATABASE_HOST]]
# The secret's text is the database's URL or, with a host, JSON with username and password, as RDS keeps it.
# The variables of the build project (TASK_EXECUTION_ROLE_ARN, TASK_LOG_GROUP, AWS_REGION) and REVISION fill it in.
set -eu
here="$(dirname "$0")"

environment="$1" database="${2:-}" host="${3:-}"
filled="$(
  sh "$here/fill-in.sh" "$here/taskdef.json" \
    "ENVIRONMENT=$environment" \
    "TASK_EXECUTION_ROLE_ARN=${TASK_EXECUTION_ROLE_ARN:-}" \
    "TASK_LOG_GROUP=${TASK_LOG_GROUP:-}" \
    "REGION=${AWS_REGION:-}" \
    "REVISION=${REVISION:-}"
)"
name=DATABASE_URL
variable=
case "$host" in
  '') ;;
  *[!A-Za-z0-9:.-]*) echo "the database host $host is not a host's name" >&2 && exit 1 ;;
  *)
    [ -n "$database" ] || { echo "the database host $host is given without the secret of who connects to it" >&2 && exit 1; }
    name=DATABASE_CREDENTIALS
    variable=", { \"name\": \"DATABASE_HOST\", \"value\": \"$host\" }"
    ;;
esac
secrets='[]'
case "$database" in
  '') ;;
  # RDS calls its secrets "rds!db-" and an id.
  *[!A-Za-z0-9:/_+=.@!-]*) echo "the database secret $database is not an ARN" >&2 && exit 1 ;;
  *) secrets="[{ \"name\": \"$name\", \"valueFrom\": \"$database\" }]" ;;
esac
printf '%s\n' "$filled" | sed -e "s|\"<SECRETS>\"|$secrets|" -e "s|, \"<DATABASE>\"|$variable|"
