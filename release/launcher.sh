#!/bin/sh
# hostcheck VERSION for Linux on MACHINE, with a Python and a C library of its own: it needs a shell, tar and gzip.
# It unpacks what follows this text into a new folder that only you can read, and starts it there. The folder is removed
# when hostcheck and its helper processes have ended, however they ended. TMPDIR names another place for it.
umask 077

fail() {
    echo "hostcheck: $*" >&2
    exit 4
}

# Whether a process uses a file of the folder.
used() {
    for maps in /proc/[0-9]*/maps; do
        grep -q "$1/" "$maps" 2>/dev/null && return 0
    done
    return 1
}

machine=$(uname -m)
test "$machine" = MACHINE || fail "this file is for MACHINE, and this host is $machine: hostcheck.pyz runs where there is Python 3.10"

release=$(uname -r)
major=${release%%.*}
minor=${release#*.}
minor=${minor%%[!0-9]*}
if test "$major" -lt KERNEL_MAJOR || { test "$major" -eq KERNEL_MAJOR && test "$minor" -lt KERNEL_MINOR; }; then
    fail "this file needs Linux KERNEL_MAJOR.KERNEL_MINOR, and here is $release; audit this host from another machine: hostcheck audit ssh://"
fi

test "$(tail -c BYTES "$0")" = 'END' || fail "this file is cut short: copy it again"

folder=
for place in "${TMPDIR:-/tmp}" /tmp /var/tmp /dev/shm /run; do
    folder=$(mktemp -d "$place/hostcheck.XXXXXX" 2>/dev/null) || continue
    if tail -n +LINES "$0" 2>/dev/null | gzip -dc 2>/dev/null | tar -xf - -C "$folder" 2>/dev/null &&
        cp "$0" "$folder/lib/PYTHON.zip" 2>/dev/null && "$folder/ld.so" --version >/dev/null 2>&1; then
        break
    fi
    rm -rf "$folder"
    folder=
done
test -n "$folder" || fail "no folder to unpack into: TMPDIR, /tmp, /var/tmp, /dev/shm and /run lack room, or forbid programs (noexec)"

# What removes the folder waits for the end of a pipe that hostcheck holds: SIGKILL ends that too.
mkfifo "$folder/alive"
(
    trap '' INT TERM HUP QUIT
    cd /
    read -r _ <"$folder/alive"
    while used "$folder"; do sleep 1; done
    rm -rf "$folder"
) </dev/null >/dev/null 2>&1 &
exec 9>"$folder/alive"
# What bench ssh:// copies to a host.
HOSTCHECK_FILE=$0
export HOSTCHECK_FILE
exec "$folder/hostcheck" "$@"
