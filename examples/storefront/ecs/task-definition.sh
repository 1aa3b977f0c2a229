#!/bin/sh
# Writes an environment's task definition to standard output: task-definition.sh ENVIRONMENT [DATABASE_SECRET_ARN]
# The variables of the build project (TASK_EXECUTION_ROLE_ARN, TASK_LOG_GROUP, AWS_REGION) and REVISION fill it in.
set -eu
here="$(dirname "$0")"

environment="$1" database="${2:-}"
filled="$(
  sh "$here/fill-in.sh" "$here/taskdef.json" \
    "ENVIRONMENT=$environment" \
    "TASK_EXECUTION_ROLE_ARN=${TASK_EXECUTION_ROLE_ARN:-}" \
    "TASK_LOG_GROUP=${TASK_LOG_GROUP:-}" \
    "REGION=${AWS_REGION:-}" \
    "REVISION=${REVISION:-}"
)"
secrets='[]'
case "$database" in
  '') ;;
  *[!A-Za-z0-9:/_+=.@-]*) echo "the database secret $database is not an ARN" >&2 && exit 1 ;;
  *) secrets="[{ \"name\": \"DATABASE_URL\", \"valueFrom\": \"$database\" }]" ;;
esac
printf '%s\n' "$filled" | sed -e "s|\"<SECRETS>\"|$secrets|"
