#!/bin/sh
# What hostcheck's audit reads of a Linux host, written to standard output as text:
#
#     sh capture.sh > host.txt        and, on another machine,        hostcheck audit --capture host.txt
#
# IT REMOVES NOTHING THAT IS PRIVATE: its output has host and user names, addresses, serial numbers, the kernel's and
# the container engines' settings. On your own machine, hostcheck capture --scrub host.txt -o clean.tar.gz removes them.
#
# It needs a POSIX shell, head, ls and sed, and uses readlink, stat, od, base64 and others where they are there. It writes
# no file, changes no setting, tries nothing, and opens no connection but to a container engine's own socket. The
# functions come first, then what is read.
#
# Each answer is a line with its kind, its state and its path. Lines of content begin with "="; among them is their number
# and one, then an empty line if the last one is whole, and "ends" with the number of answers so far and what went wrong:
# a loss on the way is seen. In paths, \\ is a backslash and \n a line break.

# A restricted shell may not redirect, and says so. Where there is no such device, that would make a file.
test ! -c /dev/null || true 2>/dev/null || exit 1
set +C +e +f +u +v +x # whatever the shell was started with

# Programs of the system's, in a language that this script can compare with.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin LC_ALL=C GREP_OPTIONS=
lacks='' && test -c /dev/null || lacks=/dev/null
test -n "$lacks" || for each in ls 'head -c 1' 'sed p'; do $each /dev/null >/dev/null || lacks=${each%% *}; done
test -z "$lacks" || { echo "this host has no $lacks" >&2 && exit 1; }
exec 3>&1 2>/dev/null
newline='
' most=1048576 # bytes of one file, or of one program's output
count='$=;1d;s/^/=/' answers=0 # for sed, which is given an empty line first; of answers so far
has() { command -v "$1" >/dev/null; }

# How bytes that are no text are written, and how a program is given three seconds: as far as this host can.
code=hex; if has base64; then code=base64 && encode() { base64; }; elif has od; then encode() { od -v -An -tx1; }
elif has hexdump; then encode() { hexdump -v -e '16/1 "%02x" "\n"'; }; else code=uncoded; fi
if timeout 9 true; then limit='timeout 3'; elif timeout -t 9 true; then limit='timeout -t 3'; else limit=; fi

# say TEXT: a line. echo is fast in every shell, but some change backslashes.
say() { case $1 in *\\*) printf '%s\n' "$1" ;; *) echo "$1" ;; esac }

# swap TEXT OLD NEW: put TEXT into $swapped, with NEW for each OLD.
swap() {
    swapped='' rest=$1
    while case $rest in *"$2"*) ;; *) false ;; esac do
        swapped=$swapped${rest%%"$2"*}$3 rest=${rest#*"$2"}
    done
    swapped=$swapped$rest
}

# name TEXT: put TEXT into $name, as it is written on one line.
name() {
    name=$1
    case $name in *\\* | *"$newline"*) swap "$name" \\ \\\\ && swap "$swapped" "$newline" '\n' && name=$swapped ;; esac
}

# missing PATH: put into $state why it is not there: "dangling", "denied" by a folder above it, or "absent".
missing() {
    state=absent above=$1
    if test -L "$1"; then state=dangling; return; fi
    while above=${above%/*} && test -n "$above"; do
        if test -d "$above"; then test -e "$above/." || state=denied; return; fi # busybox: test -x is of the mode alone
    done
}

# begins TEXT: the first line of an answer.  ends ERROR: the end of one that has content, and what went wrong.
begins() { answers=$((answers + 1)) && say "$1"; }
ends() { echo && say "ends $answers${1:+ $1}"; }

# content CODE PATH: the first bytes of a file. A folder, a device or a pipe is not opened.
content() {
    state=$1 && name "$2"
    if ! test -e "$2"; then missing "$2"
    elif ! test -f "$2"; then state=special
    elif ! test -r "$2"; then state=denied; fi
    begins "read $state $name"
    case $state in
        text) message=$({ { echo && head -c $most "$2"; } | sed "$count" >&3; } 2>&1) ;;
        base64 | hex) message=$({ { echo && head -c $most "$2" | encode; } | sed "$count" >&3; } 2>&1) ;;
        *) return ;;
    esac
    ends "${message%%"$newline"*}"
}
binaries() { for path do content $code "$path"; done; }

# exist PATH...: whether each is there, a dangling link included.
exist() {
    for path do
        state=there && name "$path"
        test -e "$path" || test -L "$path" || missing "$path"
        begins "exists $state $name"
    done
}

# links PATH...: where each symbolic link leads, and the links on the way there, through eight of them at the most.
hops=0 ways=' '
links() {
    for path do
        target='' state=plain line='' && name "$path"
        if test -L "$path"; then
            state=there
            target=$(readlink "$path") || { line=$(ls -ld "$path"); target=${line#*" $path -> "}; }
            case $target in '' | "$line") state=denied target='' ;; esac
            swap "$target" "$newline" '\n'
        elif ! test -e "$path"; then missing "$path"; fi
        begins "readlink $state $name"
        test -z "$target" || { say "=$swapped" && ends ''; }
        above=${path%/*}
        case $path in /sys/*) continue ;; esac
        while case $target in ../*) ;; *) false ;; esac do target=${target#../} above=${above%/*}; done
        case $target in '' | *:*) continue ;; /*) ;; *) target=$above/$target ;; esac
        hops=$((hops + 1)) && { test $hops -gt 8 || way "$target"; }; hops=$((hops - 1))
    done
}

# way PATH: links, for each folder above a path and for the path, once.
way() {
    case $ways in *" $1 "*) return ;; *) ways="$ways$1 " ;; esac
    test -z "${1%/*}" || way "${1%/*}"
    links "$1"
}

# lists PATH...: the names in each folder; those with a line break are left out.
lists() {
    for path do
        state=there names=1 && name "$path"
        if ! test -e "$path"; then missing "$path"
        elif ! test -d "$path"; then state=special
        elif ! test -r "$path"; then state=denied; fi
        begins "listdir $state $name"
        test $state = there || continue
        for each in "$path"/* "$path"/.*; do
            case $each in
                *"$newline"*) continue ;;
                "$path/*" | "$path/.*") test -e "$each" || test -L "$each" || continue ;;
            esac
            say "=${each##*/}" && names=$((names + 1))
        done
        echo $names && ends ''
    done
}

# answer KIND NAME CONTENT: one line of content, or none.
answer() {
    name "$2" && begins "$1 ${3:+there} $name"
    test -z "$3" || { say "=$3" && ends ''; }
}
# Variables of the environment; mode and owner of paths; free space and inodes of the file systems that hold them.
variables() { for each do eval "name \"\${$each-}\"" && answer environ "$each" "$name"; done; }
owners() { for path do line=$(ls -ldnL "$path") && line=${line%%"$path"*}; answer stat "$path" "$line"; done; }
rooms() { for path do answer statvfs "$path" "$(stat -f -c '%a %b %S %d %c %f' "$path")"; done; }

# safe PROGRAM: whether only root can exchange a program, which root is to run: it, and the folders above it.
safe() {
    test "$(id -u)" = 0 || return 0
    set -- "$1" "$(readlink -f "$1")"
    for above in "$1" "$2"; do
        while above=${above%/*} && test -n "$above"; do set -- "$@" "$above"; done
    done
    # shellcheck disable=SC2012  # only the mode and the owner are read
    ls -ldnL / "$@" | (
        while read -r mode _ owner _; do
            case $mode$owner in ?????w* | ????????w* | *[!0-9]*[1-9]*) exit 1 ;; esac
        done
    )
}

# runs PROGRAM ARGUMENT...: what a program prints. It is given nothing to read, and no shell.
runs() {
    program=$1 && swap "$PATH" : ' '
    for folder in $swapped; do
        case $program in /*) break ;; esac
        if test -x "$folder/$1"; then program=$folder/$1; fi
    done
    if ! test -f "$program" || ! test -x "$program"; then begins "run absent $*"
    elif ! safe "$program"; then begins "run denied $*"
    else
        begins "run there $*" && shift
        status=$({ { echo && $limit "$program" "$@" </dev/null 3>&- 4>&-; echo $? >&4; } |
            head -c $most | sed "$count" >&3; } 4>&1)
        case $status in 0) ends '' ;; *) ends "ended with $status" ;; esac
    fi
}

# gets SOCKET PATH: what an engine answers to a GET request on its own socket, and the status of its answer.
gets() {
    name "$1"
    if ! test -S "$1"; then begins "http absent $2 $name"
    elif has curl && safe "$(command -v curl)"; then
        begins "http there $2 $name"
        { echo && curl -q -s -m 3 --noproxy '*' --unix-socket "$1" -w '\n%{http_code}\n' "http://localhost$2"; } \
            </dev/null | head -c $most | sed "$count" && ends ''
    else begins "http untried $2 $name"; fi
}

# registers: what the processor says of itself and of a hypervisor. The number of a leaf of CPUID is its offset in bytes.
registers() {
    test -r /dev/cpu/0/cpuid && test $code != uncoded || return
    for block in '0 32' '16777216 64' '16777220 64'; do
        begins "cpuid $code $((${block% *} * ${block#* }))"
        { echo && dd if=/dev/cpu/0/cpuid bs="${block#* }" skip="${block% *}" count=1 | encode; } | sed "$count"
        ends ''
    done
}

# clock: the state of the kernel's clock.  log: the lines of the kernel's log that name a hypervisor.
clock() {
    begins 'clock there ' && { echo && { adjtimex -p || adjtimex || busybox adjtimex; }; } </dev/null | sed "$count" && ends ''
}
log() {
    names='ypervisor detected|paravirtualized kernel|hypervisor services|SBI implementation' && begins 'read text /.evidence/dmesg'
    { echo && dmesg | grep -E "$names"; } | sed "$count" && ends ''
}
