# What hostcheck bench ssh:// runs on the host, one step a connection: begin, follow, fetch, stop. POSIX sh.
# Everything is in one new folder that only the user can read. It is removed once the run is fetched, or when it was not
# fetched in time; while hostcheck measures, no connection is needed. A line with the name of a step and its words ends this.
umask 077
echo 'hostcheck.bench/1 begins'

fail() {
    echo "$*" >&2
    exit 4
}

# suits FOLDER BYTES: whether the executable can be unpacked and run there.
suits() {
    printf '#!/bin/sh\n' >"$1/hostcheck" && chmod 700 "$1/hostcheck" && "$1/hostcheck" || return
    left=$(df -Pk "$1" | sed -n '2s/.* \([0-9]*\)  *[0-9]*% .*/\1/p')
    test "${left:-$2}" -gt "$(($2 / 256))"
} 2>/dev/null

# begin MACHINE BYTES DEADLINE KEPT OPTIONS...: writes the name of the folder, takes the executable from the input, and
# starts it. Times are in seconds.
begin() {
    machine=$1 bytes=$2 deadline=$3 kept=$4
    shift 4
    here=$(uname -m)
    test "$here" = "$machine" || fail "the executable is for $machine, and that host is $here: install hostcheck there, with pipx and the wheel"
    folder='' beat=''
    trap 'kill $beat 2>/dev/null; rm -rf "$folder"' EXIT
    trap 'exit 4' HUP INT TERM PIPE
    for place in "${TMPDIR:-/tmp}" /tmp /var/tmp /dev/shm /run; do
        case $place in [!/]* | *[!A-Za-z0-9_./-]*) continue ;; esac
        folder=$(mktemp -d "$place/hostcheck-bench.XXXXXX" 2>/dev/null) || continue
        suits "$folder" "$bytes" && break
        rm -rf "$folder"
        folder=
    done
    test -n "$folder" || fail "no folder for it: TMPDIR, /tmp, /var/tmp, /dev/shm and /run lack room, or forbid programs (noexec)"
    echo "$folder"
    # Says that the host is there.
    while kill -0 "$$" && printf '\000'; do sleep 1 >/dev/null; done 2>/dev/null &
    beat=$!
    head -c "$bytes" >"$folder/hostcheck" 2>/dev/null
    test "$(($(wc -c <"$folder/hostcheck")))" -eq "$bytes" || fail "the executable did not arrive whole in $folder"
    chmod 700 "$folder/hostcheck"
    : >"$folder/log"
    # Not as redirections of the function: dash would keep the connection open in it.
    (
        exec </dev/null >/dev/null 2>&1
        measure "$@"
    ) &
    kill "$beat"
    trap - EXIT
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
    # Where the connection was lost at the end of begin.
    for _ in 1 2 3 4 5; do test -e log || sleep 1; done
    test -e log || fail "the executable did not arrive whole in $1"
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
    cd "$1" 2>/dev/null || fail "no run of hostcheck is in $1"
    for _ in 1 2 3 4 5; do test -s pid || test -e ended || sleep 1; done
    test -e ended || kill -TERM "$(cat pid)"
}
