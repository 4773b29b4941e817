# What a fleet's audit runs on a host through Ansible's raw: the program that it is given runs in the background, with a
# deadline of its own, so that one which hangs holds no connection. Where there is room, in memory first, a new folder
# that only this user can read keeps what it writes until that is fetched. Run again, it goes on waiting for the same.
# Set before: id, program, deadline, wait and kept, in seconds.
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

supervise() {
    trap '' HUP INT
    (
        start >"$folder/out"
        mv "$folder/out" "$folder/done"
    ) &
    waited=0
    while test -e "$folder/out" && test "$waited" -lt "$deadline"; do
        sleep 1
        waited=$((waited + 1))
    done
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

folder=
for place in /dev/shm /run /tmp /var/tmp; do
    # -O is in every shell that hosts have; whoever else made it is not asked.
    if test -d "$place/hostcheck-$id" && test -O "$place/hostcheck-$id"; then folder=$place/hostcheck-$id; fi
done
if test -z "$folder"; then
    for place in /dev/shm /run /tmp /var/tmp; do
        mkdir "$place/hostcheck-$id" 2>/dev/null || continue
        folder=$place/hostcheck-$id
        if head -c 1048576 /dev/zero >"$folder/out" 2>/dev/null; then break; fi
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
    # No file can be written: it runs while the connection lasts.
    if timeout 9 true 2>/dev/null; then timeout "$deadline" sh -c "$program" </dev/null | pack
    else sh -c "$program" </dev/null | pack; fi
    exit 0
fi
waited=0
while test ! -e "$folder/done" && test ! -e "$folder/late" && test "$waited" -lt "$((wait * 10))"; do
    sleep 0.1 2>/dev/null || { sleep 1 && waited=$((waited + 9)); }
    waited=$((waited + 1))
done
if test -e "$folder/late"; then
    echo 'hostcheck-late'
    rm -rf "$folder"
elif test -e "$folder/done"; then
    pack <"$folder/done"
    rm -rf "$folder"
elif test -d "$folder"; then echo 'hostcheck-running'
else echo 'hostcheck-late'; fi
