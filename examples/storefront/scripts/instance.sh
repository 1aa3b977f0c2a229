# Where the shop is on this instance, and with which settings. The other scripts source this file.
#
# INSTANCE_ROOT is empty on a host of its own. Where several instances share a machine, each has a folder there in place
# of the host's root.
root="${INSTANCE_ROOT:-}"
home="$root/opt/storefront"
program="$home/bin/storefront"
data="$root/var/lib/storefront"
log="$root/var/log/storefront.log"
pid_file="$root/run/storefront.pid"
# The user that the shop runs as on a host of its own.
user=storefront

# The host's own settings: NAME=value lines, taken as they are, so that a URL needs no quotes.
if [ -f "$root/etc/storefront.env" ]; then
  while IFS= read -r line || [ -n "$line" ]; do
    case "$line" in
      '' | '#'*) ;;
      *) export "${line?}" ;;
    esac
  done <"$root/etc/storefront.env"
fi
export HOST="${HOST:-127.0.0.1}"
export PORT="${PORT:-8080}"
export DATABASE_URL="${DATABASE_URL:-sqlite://$data/shop.db}"

# Whether this is a host of its own, with users to create and owners to set.
is_own_host() {
  [ -z "$root" ] && [ "$(id -u)" = 0 ]
}

# Prints the process id of the running shop. Fails when it does not run: a process that was given an old shop's number
# is not taken for it.
running() {
  [ -s "$pid_file" ] || return 1
  pid="$(cat "$pid_file")"
  case "$pid" in '' | *[!0-9]*) return 1 ;; esac
  running_program="$(readlink "/proc/$pid/exe")" || return 1
  [ "${running_program% (deleted)}" = "$(readlink -m "$program")" ] || return 1
  echo "$pid"
}
