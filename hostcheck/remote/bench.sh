# What hostcheck bench ssh:// runs on the host, one step a connection: begin, follow, fetch, stop. POSIX sh.
# Everything is in one new folder that only the user can read. It is removed once the run is fetched, or when it was not
# fetched in time; while hostcheck measures, no connection is needed.
umask 077

fail() {
    echo "$*" >&2
    exit 4
}

# begin MACHINE BYTES DEADLINE KEPT OPTIONS...: takes the executable from the input and starts it. Times are in seconds.
begin() {
    machine=$1 bytes=$2 deadline=$3 kept=$4
    shift 4
    here=$(uname -m)
    test "$here" = "$machine" || fail "the executable is for $machine, and that host is $here: install hostcheck there, with pipx and the wheel"
    folder=
    for place in "${TMPDIR:-/tmp}" /tmp /var/tmp /dev/shm /run; do
        folder=$(mktemp -d "$place/hostcheck-bench.XXXXXX" 2>/dev/null) && break
    done
    test -n "$folder" || fail "no folder can be made in TMPDIR, /tmp, /var/tmp, /dev/shm or /run"
    trap 'rm -rf "$folder"' EXIT
    trap 'exit 4' HUP INT TERM PIPE
    cat >"$folder/hostcheck" 2>/dev/null
    test "$(($(wc -c <"$folder/hostcheck")))" -eq "$bytes" || fail "the executable did not arrive whole in $folder"
    chmod 700 "$folder/hostcheck"
    : >"$folder/log"
    # Not as redirections of the function: dash would keep the connection open in it.
    (
        exec </dev/null >/dev/null 2>&1
        measure "$@"
    ) &
    trap - EXIT
    echo "$folder"
}

# Whether hostcheck runs: the folder is there, and says nothing else.
measures() { test -e log && test ! -e ended; }

# Measures, waits until the run is fetched, and removes the folder.
measure() {
    trap '' HUP INT
    cd "$folder" || exit 4
    TMPDIR=$folder ./hostcheck bench "$@" --no-store -o run.json >out 2>log &
    main=$!
    echo "$main" >pid
    (
        waited=0
        while measures && test "$waited" -lt "$deadline"; do
            sleep 2
            waited=$((waited + 2))
        done
        measures && kill -TERM "$main"
        while measures && test "$waited" -lt "$((deadline + 60))"; do
            sleep 2
            waited=$((waited + 2))
        done
        measures && kill -KILL "$main"
    ) &
    wait "$main"
    echo "$?" >code
    rm -f hostcheck pid
    mv code ended
    waited=0
    while test -e ended && test "$waited" -lt "$kept"; do
        sleep 2
        waited=$((waited + 2))
    done
    cd / && rm -rf "$folder"
}

# follow FOLDER AT: writes what hostcheck says from that byte on, until it has ended. A byte 0 says that the host is there.
follow() {
    cd "$1" 2>/dev/null || fail "no run of hostcheck is in $1: it was fetched, or not in time"
    at=$2
    while :; do
        ended=no
        test ! -e ended || ended=yes
        size=$(($(wc -c <log)))
        if test "$size" -gt "$at"; then
            tail -c "+$((at + 1))" log | head -c "$((size - at))"
            at=$size
        fi
        test "$ended" = no || return 0
        printf '\000' || exit 4
        sleep 1
    done
}

# fetch FOLDER: writes how hostcheck ended, the size of the run file, and the file; removes all once that was received.
fetch() {
    cd "$1" 2>/dev/null || fail "no run of hostcheck is in $1: it was fetched, or not in time"
    test -e ended || fail "hostcheck still measures there"
    test -e run.json || : >run.json
    echo "$(($(cat ended))) $(($(wc -c <run.json)))"
    cat run.json
    if read -r answer && test "$answer" = received; then
        cd / && rm -rf "$1"
    fi
}

# stop FOLDER: lets hostcheck end, with what it has measured.
stop() {
    cd "$1" 2>/dev/null && kill -TERM "$(cat pid)"
}

"$@"
