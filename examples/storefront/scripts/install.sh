#!/bin/sh
# After the files are in place: an archive may have lost what can be executed.
set -eu
. "$(dirname "$0")/instance.sh"

chmod 755 "$program" "$home"/scripts/*.sh
echo "release $(cat "$home/REVISION") is in $home"
