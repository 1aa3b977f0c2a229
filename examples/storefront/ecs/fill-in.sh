#!/bin/sh
# Writes a template to standard output with its placeholders filled in: fill-in.sh TEMPLATE NAME=VALUE...
# What is left for the pipeline (IMAGE1_NAME, TASK_DEFINITION) stays as it is.
set -eu

template="$1"
shift
script=
for given in "$@"; do
  name="${given%%=*}" value="${given#*=}"
  case "$value" in
    '') echo "$template: $name has no value; the build project of the stack sets it" >&2 && exit 1 ;;
    # Neither of JSON's, YAML's or sed's signs: a value is taken as it is.
    *[!A-Za-z0-9._:/@+=,-]*) echo "$template: $name=$value has a character that a name, a revision or an ARN has not" >&2 && exit 1 ;;
  esac
  grep -q "<$name>" "$template" || { echo "$template has no placeholder <$name>" >&2 && exit 1; }
  script="$script;s|<$name>|$value|g"
done
sed -e "${script#;}" "$template"
