#!/bin/sh
# Makes the host ready for a release: the folders, the user, and no file of an older release.
set -eu
. "$(dirname "$0")/instance.sh"

# CodeDeploy stops with the scripts of the last release that succeeded. One that failed after its start still runs.
# The agent makes the script of a hook executable, and no other.
sh "$(dirname "$0")/stop.sh"

rm -rf "$home"
mkdir -p "$home" "$data" "$(dirname "$log")" "$(dirname "$pid_file")"
touch "$log"
if is_own_host; then
  id "$user" >/dev/null 2>&1 || useradd --system --home-dir "$data" --shell /usr/sbin/nologin "$user"
  chown -R "$user:$user" "$data" "$log"
fi
echo "ready for release in $home"
