#!/bin/bash
# Waits until this release is the one that answers, and fails with the last log lines when it does not.
set -eu
. "$(dirname "$0")/instance.sh"

case "$HOST" in
  0.0.0.0 | ::) address=127.0.0.1 ;;
  *) address="$HOST" ;;
esac
revision="$(cat "$home/REVISION")"

# Prints the body of a GET, and fails unless it is answered with 200.
get() {
  if command -v curl >/dev/null; then
    curl -fsS --noproxy '*' --max-time 2 "http://$address:$PORT$1"
  else
    get_without_curl "$1"
  fi
}

get_without_curl() {
  local answer
  exec 3<>"/dev/tcp/$address/$PORT" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$1" "$address" >&3
  answer="$(timeout 2 cat <&3)"
  exec 3>&-
  case "$answer" in
    'HTTP/1.'[01]' 200 '*) printf '%s' "${answer##*$'\r\n\r\n'}" ;;
    *) return 1 ;;
  esac
}

serves() {
  get /health >/dev/null && [ "$(get /version)" = "{\"revision\":\"$revision\"}" ]
}

fail() {
  echo "$1; the last lines of $log:" >&2
  tail -n 20 "$log" >&2
  exit 1
}

end=$((SECONDS + 30))
while true; do
  # Of whatever program: in its first moment the process is not the shop yet, but what detaches it.
  readlink "/proc/$(cat "$pid_file")/exe" >/dev/null || fail "the shop of release $revision has ended"
  ! serves 2>/dev/null || break
  [ "$SECONDS" -lt "$end" ] || {
    fail "release $revision does not answer on http://$address:$PORT within 30 s (/version: $(get /version 2>&1))"
  }
  sleep 0.2
done
running >/dev/null || fail "something else answers on port $PORT: the shop of release $revision has ended"
echo "release $revision answers on http://$address:$PORT"
