#!/bin/sh
# Starts the shop in the background, detached from the deployment agent. Whether it serves is for validate.sh to say.
set -eu
. "$(dirname "$0")/instance.sh"

if pid="$(running)"; then
  echo "the shop runs already (process $pid)"
  exit 0
fi
# The password as it is now: RDS changes it from time to time. Only the process gets it, no file.
if [ -n "${DATABASE_SECRET_ARN:-}" ]; then
  region="$(echo "$DATABASE_SECRET_ARN" | cut -d: -f4)"
  DATABASE_CREDENTIALS="$(aws secretsmanager get-secret-value --region "$region" --secret-id "$DATABASE_SECRET_ARN" \
    --query SecretString --output text)"
  export DATABASE_CREDENTIALS
fi
set -- "$program"
if is_own_host; then
  set -- setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"
fi
cd "$data"
setsid nohup "$@" </dev/null >>"$log" 2>&1 &
echo $! >"$pid_file"
echo "the shop was started (process $!) on port $PORT"
