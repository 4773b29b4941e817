# What a fleet's command runs on a host through Ansible: the program that it is given runs in the background, with a
# deadline of its own, so that one which hangs holds no connection. Where there is room a new folder that only this user
# can read keeps what it writes until that is fetched. Run again, it goes on waiting for the same.
# Set before: id, program; places, the folders where there may be room; deadline, wait, grace and kept, in seconds; pause
# between two looks, and step, the same in tenths of a second; carried, a file that brings an executable, with its
# machine, its first line and its bytes, or empty; and begins, whether a program that is not there is begun.
umask 077
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
has() { command -v "$1" >/dev/null 2>&1; }

pack() {
    if has gzip && has base64; then echo 'hostcheck-answer gzip base64' && gzip -c | base64
    elif has gzip && has od; then echo 'hostcheck-answer gzip hex' && gzip -c | od -v -An -tx1
    elif has base64; then echo 'hostcheck-answer base64' && base64
    elif has od; then echo 'hostcheck-answer hex' && od -v -An -tx1
    else echo 'hostcheck-answer text' && cat; fi
    echo 'hostcheck-answer ends'
}

# A session of its own is a group that can be ended as one. The folder is its name among the processes.
start() {
    if has setsid; then setsid sh -c "echo \$\$ >\"\$0/pid\"; $program" "$folder"
    else sh -c "echo \$\$ >\"\$0/pid\"; $program" "$folder"; fi
}

# Waits until the program has ended, so many seconds at the most.
await() {
    waited=0
    while test -e "$folder/out" && test "$waited" -lt "$1"; do
        sleep 1
        waited=$((waited + 1))
    done
}

supervise() {
    trap '' HUP INT
    (
        start >"$folder/out"
        mv "$folder/out" "$folder/done"
    ) &
    await "$deadline"
    if test -e "$folder/out" && test "$grace" -gt 0; then
        # What was measured so far is an answer too.
        kill -TERM "$(cat "$folder/main")"
        await "$grace"
    fi
    if test -e "$folder/out"; then
        : >"$folder/late"
        number=$(cat "$folder/pid")
        kill -KILL "-$number" || kill -KILL "$number"
    fi
    waited=0
    while test -d "$folder" && test "$waited" -lt "$kept"; do
        sleep 1
        waited=$((waited + 1))
    done
    rm -rf "$folder"
}

# Whether the folder takes what is written there.
takes() {
    if test -z "$carried"; then head -c 1048576 /dev/zero >"$folder/out"
    else
        tail -n "+$line" "$carried" >"$folder/hostcheck"
        test "$(($(wc -c <"$folder/hostcheck")))" -eq "$bytes"
    fi
}

folder=
for place in $places; do
    # -O is in every shell that hosts have; whoever else made it is not asked.
    if test -d "$place/hostcheck-$id" && test -O "$place/hostcheck-$id"; then folder=$place/hostcheck-$id; fi
done
if test -z "$folder" && test "$begins" = no; then
    echo 'hostcheck-failed what ran there is gone: the host was restarted, or its folder was removed'
    exit 0
fi
if test -n "$carried" && test "$(uname -m)" != "$machine"; then
    echo "hostcheck-failed the executable is for $machine, and this host is $(uname -m)"
    exit 0
fi
if test -z "$folder"; then
    for place in $places; do
        mkdir "$place/hostcheck-$id" 2>/dev/null || continue
        folder=$place/hostcheck-$id
        if takes 2>/dev/null; then break; fi
        rm -rf "$folder"
        folder=
    done
    if test -n "$folder"; then
        : >"$folder/out"
        # Not as redirections of the function: dash would keep the connection open in it.
        (
            exec </dev/null >/dev/null 2>&1
            supervise
        ) &
    fi
fi
if test -z "$folder"; then
    if test -n "$carried"; then echo "hostcheck-failed no folder has room for the executable: $places"
    # No file can be written: it runs while the connection lasts.
    elif timeout 9 true 2>/dev/null; then timeout "$deadline" sh -c "$program" </dev/null | pack
    else sh -c "$program" </dev/null | pack; fi
    exit 0
fi
waited=0
while test ! -e "$folder/done" && test ! -e "$folder/late" && test "$waited" -lt "$((wait * 10))"; do
    if sleep "$pause" 2>/dev/null; then waited=$((waited + step))
    else sleep 1 && waited=$((waited + 10)); fi
done
if test -e "$folder/late"; then
    echo 'hostcheck-late'
    rm -rf "$folder"
elif test -e "$folder/done"; then
    pack <"$folder/done"
    rm -rf "$folder"
elif test -d "$folder"; then echo 'hostcheck-running'
else echo 'hostcheck-late'; fi
