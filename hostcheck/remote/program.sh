#!/bin/sh
# What hostcheck's audit reads of a Linux host, written to standard output as text:
#
#     sh capture.sh > host.txt        and, on another machine,        hostcheck audit --capture host.txt
#
# IT REMOVES NOTHING THAT IS PRIVATE: its output has host and user names, addresses, serial numbers, the kernel's and
# the container engines' settings. On your own machine, hostcheck capture --scrub host.txt -o clean.tar.gz removes them.
#
# It needs a POSIX shell, cat, head, ls and sed; it uses readlink, stat, od or base64, and others, where they are there.
# It writes no file, changes no setting, stops nothing, and opens no connection but to a container engine's own socket.
# The functions come first; what is read is listed below them, one folder, file or program after the other.
#
# Each answer is a line with its kind, its state and its path. Lines of content begin with "=", and end with an empty
# line if the content ends with a line break. In paths, \\ is a backslash and \n a line break.

# Programs of root's, in a language that this script can compare with.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin
LC_ALL=C
export PATH LC_ALL
exec 3>&1 2>/dev/null
newline='
'
most=1048576 # bytes of one file or of one program's output

has() { command -v "$1" >/dev/null; }

# How bytes that are no text are written: the first of these programs that this host has.
if has base64; then
    code=base64
elif has od; then
    code=hex
elif has hexdump; then
    code=hexdump
else
    code=none
fi
encode() {
    case $code in
        base64) base64 ;;
        hex) od -v -An -tx1 ;;
        hexdump) hexdump -v -e '32/1 "%02x" "\n"' ;;
    esac
}

# A program gets three seconds, where timeout(1) can be used; old ones of busybox write its option otherwise.
limit=
if timeout 9 true; then limit='timeout 3'; elif timeout -t 9 true; then limit='timeout -t 3'; fi

# say TEXT: a line. echo is fast in every shell, but some change backslashes.
say() {
    case $1 in
        *\\*) printf '%s\n' "$1" ;;
        *) echo "$1" ;;
    esac
}

# swap TEXT OLD NEW: put TEXT into $swapped, with NEW for each OLD.
swap() {
    swapped='' rest=$1
    while :; do
        case $rest in
            *"$2"*) swapped=$swapped${rest%%"$2"*}$3 rest=${rest#*"$2"} ;;
            *) break ;;
        esac
    done
    swapped=$swapped$rest
}

# name TEXT: put TEXT into $name, as it is written on one line.
name() {
    name=$1
    case $name in
        *\\* | *"$newline"*)
            swap "$name" \\ \\\\
            swap "$swapped" "$newline" '\n'
            name=$swapped
            ;;
    esac
}

# missing PATH: put into $state why it is not there: "absent", or "denied" where a folder above is closed to this user.
missing() {
    state=absent above=$1
    while :; do
        above=${above%/*}
        test -n "$above" || return
        if test -d "$above"; then
            test -x "$above" || state=denied
            return
        fi
    done
}

# failed MESSAGE: after content, that it is not complete, and why.
failed() {
    test -z "$1" || say "failed ${1%%"$newline"*}"
}

# content KIND PATH: the first bytes of a file, as text or encoded.
content() {
    name "$2"
    if ! test -e "$2"; then
        missing "$2"
        say "read $state $name"
    elif ! test -f "$2"; then
        say "read special $name" # a folder, a device or a pipe: not opened
    elif ! test -r "$2"; then
        say "read denied $name"
    elif test "$1" = none; then
        say "read uncoded $name"
    else
        say "read $1 $name"
        case $1 in
            text) message=$({ head -c $most "$2" | sed 's/^/=/' >&3; } 2>&1) ;;
            *) message=$({ head -c $most "$2" | encode | sed 's/^/=/' >&3; } 2>&1) ;;
        esac
        echo
        failed "$message"
    fi
}
texts() { for path do content text "$path"; done; }
binaries() { for path do content $code "$path"; done; }

# exist PATH...: whether each is there, a dangling link included.
exist() {
    for path do
        state=there
        name "$path"
        test -e "$path" || test -L "$path" || missing "$path"
        say "exists $state $name"
    done
}

# links PATH...: where each symbolic link leads.
links() {
    for path do
        name "$path"
        if test -L "$path"; then
            say "readlink there $name"
            if has readlink; then
                target=$(readlink "$path")
            else
                target=$(ls -ld "$path")
                target=${target#*" $path -> "}
            fi
            name "$target"
            say "=$name"
        elif test -e "$path"; then
            say "readlink plain $name"
        else
            missing "$path"
            say "readlink $state $name"
        fi
    done
}

# lists PATH...: the names in each folder; those with a line break are left out.
lists() {
    for path do
        name "$path"
        if ! test -e "$path"; then
            missing "$path"
            say "listdir $state $name"
        elif ! test -d "$path"; then
            say "listdir special $name"
        elif ! test -r "$path"; then
            say "listdir denied $name"
        else
            say "listdir there $name"
            odd=$(echo "$path"/*"$newline"*)
            if test "$odd" = "$path/*$newline*"; then
                message=$({ ls -1a "$path" | sed 's/^/=/' >&3; } 2>&1)
                failed "$message"
            else
                for each in "$path"/* "$path"/.*; do
                    case $each in *"$newline"*) ;; *) printf '=%s\n' "${each##*/}" ;; esac
                done
            fi
        fi
    done
}

# variables NAME...: variables of the environment.
variables() {
    for each do
        eval "state=\${$each+there} value=\${$each-}"
        name "$value"
        say "environ ${state:-absent} $each"
        test -z "$state" || say "=$name"
    done
}

# owners PATH...: mode and owner of each.  rooms PATH...: free space and inodes of the file system below each.
owners() {
    for path do
        line=$(ls -ldnL "$path") || line=
        name "$path"
        say "stat ${line:+there} $name"
        test -z "$line" || say "=${line%%"$path"*}"
    done
}
rooms() {
    for path do
        line=$(stat -f -c '%a %b %S %d %c' "$path") || line=
        name "$path"
        say "statvfs ${line:+there} $name"
        test -z "$line" || say "=$line"
    done
}

# safe PROGRAM: whether nobody but root can exchange a program, which root is to run: it, and the folders above it.
safe() {
    test "$(id -u)" = 0 || return 0
    set -- "$1" "$(readlink -f "$1")"
    for above in "$1" "$2"; do
        while above=${above%/*} && test -n "$above"; do set -- "$@" "$above"; done
    done
    ls -ldnL / "$@" | (
        while read -r mode _ owner _; do
            case $mode in ?????w* | ????????w*) exit 1 ;; esac
            test "$owner" = 0 || exit 1
        done
    )
}

# runs PROGRAM ARGUMENT...: what a program prints. It is given nothing to read, and no shell.
runs() {
    program=$(command -v "$1") || program=
    if ! test -f "$program"; then
        say "run absent $*"
    elif ! safe "$program"; then
        say "run denied $*"
    else
        say "run there $*"
        shift
        status=$({ { $limit "$program" "$@" </dev/null; echo $? >&4; } | head -c $most | sed 's/^/=/' >&3; } 4>&1)
        echo
        test "$status" = 0 || failed "ended with $status"
    fi
}

# gets SOCKET PATH: what an engine answers to a GET request on its own socket, and the status of its answer.
gets() {
    name "$1"
    if ! test -S "$1"; then
        say "http absent $2 $name"
    elif has curl && safe "$(command -v curl)"; then
        say "http there $2 $name"
        curl -q -s -m 3 --noproxy '*' --unix-socket "$1" -w '\n%{http_code}\n' "http://localhost$2" </dev/null |
            head -c $most | sed 's/^/=/'
    else
        say "http untried $2 $name"
    fi
}

# registers: what the processor says of itself and of a hypervisor; 16 bytes for each leaf of CPUID.
registers() {
    leaves=/dev/cpu/0/cpuid
    if ! test -r $leaves || ! has dd || test $code = none; then
        say "cpuid untried 0"
        return
    fi
    # The number of a leaf is its offset in the file: block 0 of 32 bytes begins with leaves 0 and 1.
    for block in '0 32' '16777216 64' '16777220 64'; do
        # shellcheck disable=SC2086  # two words
        set -- $block
        say "cpuid $code $(($1 * $2))"
        dd if=$leaves bs="$2" skip="$1" count=1 | encode | sed 's/^/=/'
    done
}

# clock: the state of the kernel's clock.
clock() {
    for each in adjtimex busybox; do
        has $each || continue
        echo "clock there"
        case $each in busybox) busybox adjtimex ;; *) adjtimex -p || adjtimex ;; esac </dev/null | sed 's/^/=/'
        return
    done
    echo "clock untried"
}

# log: the lines of the kernel's log that name a hypervisor.
log() {
    has dmesg || return
    echo "read text /.evidence/dmesg"
    dmesg | grep -E 'ypervisor detected|paravirtualized kernel|hypervisor services|SBI implementation' | sed 's/^/=/'
    echo
}

# tried NAME STAGE COMMAND...: whether a command succeeds, and if not, at which stage and why.
tried() {
    what=$1 stage=$2
    shift 2
    if message=$($limit "$@" 2>&1 </dev/null); then
        say "=$what ok"
        return
    fi
    case $message in
        *nvalid\ option* | *nrecognized\ option* | *usage:* | *Usage:*) return ;; # of a program without this option
        unshare:*) stage=namespace ;;
        mount:*) stage=namespace ;;
    esac
    case $message in
        *'not permitted'*) error=EPERM ;;
        *denied*) error=EACCES ;;
        *'nvalid argument'*) error=EINVAL ;;
        *'No space'*) error=ENOSPC ;;
        *'not supported'* | *'Unknown device type'*) error=EOPNOTSUPP ;;
        *) error=${message##*: } ;;
    esac
    say "=$what $stage $error"
}

# limited NAME FOLDER FILE VALUE: whether a new control group can be limited. It is removed before anything is written.
limited() (
    trap '' HUP INT PIPE TERM
    group=$2/hostcheck-$$
    stage=group error=EPERM
    if mkdir "$group"; then
        stage=limit
        if echo "$4" >"$group/$3"; then error="read back as $(cat "$group/$3")"; fi
        rmdir "$group"
    elif test -w "$2"; then
        error=EIO
    fi
    test "$error" = "read back as $4" && stage=ok error=
    say "=$1 $stage $error"
)

# tries NAME ARGUMENT...: an experiment, in namespaces that end with it.
tries() {
    say "experiment there $*"
    has unshare || test "$1" = limits || return
    user=
    test "$(id -u)" = 0 || user=-r
    case $1 in
        unshare)
            for each in mnt:-m ipc:-i uts:-u net:-n cgroup:-C time:-T pid:-p user:-U; do
                tried "${each%:*}" namespace unshare "${each#*:}" true
            done
            ;;
        links)
            has ip || return
            for each in bridge veth; do tried $each device unshare $user -n ip link add hostcheck0 type $each; done
            ;;
        nat)
            # The lock of iptables is in /run; the network is one for documentation (RFC 5737).
            tried nat rule unshare -m -n sh -c 'mount --make-rprivate / && mount -t tmpfs none /run &&
                exec "$0" -t nat -A POSTROUTING -s 192.0.2.0/24 -j MASQUERADE' "${2#program=}"
            ;;
        limits)
            shift
            for each do
                case $each in
                    v1_memory=*) limited v1_memory "${each#*=}" memory.limit_in_bytes 67108864 ;;
                    v1_pids=*) limited v1_pids "${each#*=}" pids.max 64 ;;
                    v1_cpu=*) limited v1_cpu "${each#*=}" cpu.cfs_quota_us 50000 ;;
                    v2_memory=*) limited v2_memory "${each#*=}" memory.max 67108864 ;;
                    v2_pids=*) limited v2_pids "${each#*=}" pids.max 64 ;;
                    v2_cpu=*) limited v2_cpu "${each#*=}" cpu.max '50000 100000' ;;
                esac
            done
            ;;
    esac
}
