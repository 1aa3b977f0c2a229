#!/bin/sh
# Ends the shop: orders that are being placed are finished first. Nothing to do when it does not run.
set -eu
. "$(dirname "$0")/instance.sh"

# $1: the signal, $2: the seconds to wait for the end.
end() {
  kill "-$1" "$pid" 2>/dev/null || true
  tries=$(($2 * 10))
  while running >/dev/null; do
    [ "$tries" -gt 0 ] || return 1
    tries=$((tries - 1))
    sleep 0.1
  done
}

if pid="$(running)"; then
  if end TERM 20; then
    echo "the shop (process $pid) has stopped"
  elif end KILL 5; then
    echo "the shop (process $pid) did not stop within 20 s and was killed"
  else
    echo "the shop (process $pid) cannot be ended" >&2
    exit 1
  fi
else
  echo "the shop does not run"
fi
rm -f "$pid_file"
