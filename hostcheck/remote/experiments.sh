# shellcheck shell=sh disable=SC2154  # $limit is of program.sh, which comes first
# What is tried over a shell, each in namespaces that end with it: hostcheck.host.experiments.perform has the results.

# tried NAME STAGE COMMAND...: whether a command succeeds, and if not, at which stage and why.
tried() {
    what=$1 stage=$2
    shift 2
    if message=$($limit "$@" 2>&1 </dev/null 3>&-); then say "=$what ok" && return; fi
    case $message in
        *nvalid\ option* | *nrecognized\ option* | *sage:*) return ;; # of a program without this option
        unshare:* | mount:*) stage=namespace ;;
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
    group=$2/hostcheck-$$ stage=group error=EPERM
    if mkdir "$group"; then
        stage=limit
        if echo "$4" >"$group/$3"; then error="read back as $(cat "$group/$3")"; fi
        rmdir "$group"
    elif test -w "$2"; then error=EIO; fi
    test "$error" = "read back as $4" && stage=ok error=
    say "=$1 $stage $error"
)

# tries NAME ARGUMENT...: an experiment. The rule of iptables is of a network for documentation (RFC 5737).
tries() {
    begins "experiment there $*"
    has unshare || test "$1" = limits || return
    if test "$(id -u)" = 0; then user=; else user=-r; fi
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
        nat) # The lock of iptables is in /run.
            # shellcheck disable=SC2016  # $0 is the inner shell's
            tried nat rule unshare -m -n sh -c 'mount --make-rprivate / && mount -t tmpfs none /run &&
                exec "$0" -t nat -A POSTROUTING -s 192.0.2.0/24 -j MASQUERADE' "${2#program=}"
            ;;
        limits)
            shift
            for each do
                set -- "${each%%=*}" "${each#*=}"
                case $1 in
                    v1_memory) limited "$@" memory.limit_in_bytes 67108864 ;;
                    v2_memory) limited "$@" memory.max 67108864 ;;
                    v[12]_pids) limited "$@" pids.max 64 ;;
                    v1_cpu) limited "$@" cpu.cfs_quota_us 50000 ;;
                    v2_cpu) limited "$@" cpu.max '50000 100000' ;;
                esac
            done
            ;;
    esac
}
