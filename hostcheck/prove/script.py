"""The script that the container of a proof runs, and the parser of its output.

One shell of busybox tries each step and prints a line for it, so that all engines are read in the same way.
"""

import re
from collections.abc import Mapping

from hostcheck.prove.trial import MEMORY_BYTES, PIDS, Step

_ALLOCATED = 2 * MEMORY_BYTES
_FORKED = 2 * PIDS
_LAYER_BYTES = 1 << 20

_SCRIPT = f"""
b=/bin/busybox
say() {{ echo "proof $*"; }}
while read -r _ _ _ _ point rest; do
    [ "$point" = / ] && rest=${{rest#* - }} && fs=${{rest%% *}}
done < /proc/self/mountinfo
say start "$fs"

error=$($b dd if=/dev/zero of=/proof bs=65536 count={_LAYER_BYTES >> 16} conv=fsync 2>&1) || size=0
size=${{size:-$($b wc -c < /proof)}}
say layer "$size" "$(echo "$error" | $b tail -n 1)"

# The inner shell ends when it cannot fork. Its children are killed by what it wrote of them.
$b sh -c 'i=0; while [ $i -lt {_FORKED} ]; do /bin/busybox sleep 9 & echo $!; i=$((i+1)); done' > /pids 2>/dev/null
n=0
while read -r pid; do kill -9 "$pid"; n=$((n+1)); done < /pids
# Until they are gone they count against the limit, and the next command could not be started. A shell that waits for a
# child of its own buries the others too.
count() {{ alive=$#; }}
count /proc/[0-9]*
i=0
while [ $alive -gt 1 ] && [ $i -lt 60 ]; do
    $b sleep 0.05
    count /proc/[0-9]*
    i=$((i+1))
done
say pids "$n"

if [ "$1" ]; then
    gateway=$($b ip route | $b sed -n 's/^default via \\([0-9.]*\\).*/\\1/p' | $b head -n 1)
    if [ "$gateway" ]; then
        # Whether anything listens does not matter: the answer to ARP does, which no packet filter of IP stops.
        $b nc -w 1 "$gateway" 9 < /dev/null > /dev/null 2>&1 &
        i=0
        while [ ! "$reached" ] && [ $i -lt 15 ]; do
            while read -r address _ flags _; do
                [ "$address $flags" = "$gateway 0x2" ] && reached=yes
            done < /proc/net/arp
            i=$((i+1))
            [ "$reached" ] || $b sleep 0.1
        done
    fi
    say gateway "${{gateway:-none}}" "${{reached:-no}}"

    for server in $($b sed -n 's/^nameserver *//p' /etc/resolv.conf); do
        # No other server is asked: it may be far away.
        case $server in 127.0.0.11|"$3")
            found=$server
            $b nslookup "$2" "$server" > /answer 2>&1 && answered=yes
            break
        esac
    done
    say resolver "${{found:-none}}" "${{answered:-no}}"

    if [ "$4" ]; then
        echo "$1" | $b nc -l -p "$4" > /dev/null 2>&1 &
        server=$!
        say serves
        i=0
        while [ -d "/proc/$server" ] && [ $i -lt 40 ]; do $b sleep 0.1; i=$((i+1)); done
    fi
fi
# Last, and alone: a process that forks while the other is being killed may be killed too, and some engines have the
# kernel end all processes of a container (memory.oom.group).
$b dd if=/dev/zero of=/dev/null bs={_ALLOCATED} count=1 > /dev/null 2>&1
say memory $?
[ "$1" ] && $b sleep 20
exit 0
"""

_KILLED = "137"
"""The shell's exit status for a program that was killed: 128 + SIGKILL."""

_SHARING = frozenset({"overlay", "fuse.fuse-overlayfs"})
"""File systems of the container's root that show that layers are shared. btrfs and zfs may or may not share them: there
the engine's driver decides."""


def command(token: str = "", name: str = "", server: str = "", port: int | None = None) -> list[str]:
    """Return the command of the container.

    Args:
        token: the text that its port sends; empty for a container without a network.
        name: the container's own name, which it asks the engine's resolver for.
        server: the address of the engine's resolver, if that is not Docker's 127.0.0.11.
        port: the port on which it listens; None if no port is published.
    """
    return ["/bin/busybox", "sh", "-c", _SCRIPT, "proof", token, name, server, str(port or "")]


def lines_of(output: str) -> dict[str, list[str]]:
    """Return the words of each line that the container has printed for a step, by the name of the step."""
    found = re.findall(r"^proof (\w+) ?(.*)\r?$", output, re.MULTILINE)
    return {name: words.split() for name, words in found}


def is_over(lines: Mapping[str, object]) -> bool:
    """Whether the last step has been tried."""
    return "memory" in lines


def judge(lines: Mapping[str, list[str]], *, networked: bool) -> dict[str, Step]:
    """Judge the output of the container; return the result of each step, by its name.

    Args:
        lines: the words of each line, by step.
        networked: whether the container has a network.
    """
    judges = {"start": _start, "cow": _cow, "layer": _layer, "pids": _pids, "memory": _memory}
    if networked:
        judges |= {"gateway": _gateway, "resolver": _resolver}
    said_by = {"cow": "start"}
    return {
        name: judged(lines[line]) if (line := said_by.get(name, name)) in lines else Step(None, "not reached")
        for name, judged in judges.items()
    }


def _start(words: list[str]) -> Step:
    return Step(ok=True, seen=f"started, on {_root(words)}")


def _cow(words: list[str]) -> Step:
    return Step(_root(words) in _SHARING or None, f"its root is {_root(words)}")


def _root(words: list[str]) -> str:
    return words[0] if words else "an unknown file system"


def _layer(words: list[str]) -> Step:
    size, error = (words[0] if words else "0"), " ".join(words[1:])
    if size == str(_LAYER_BYTES):
        return Step(ok=True, seen=f"{_LAYER_BYTES >> 20} MiB written and synced")
    return Step(ok=False, seen=f"{size} of {_LAYER_BYTES} bytes written: {error}")


def _pids(words: list[str]) -> Step:
    number = int(words[0]) if words and words[0].isdigit() else 0
    if not number:
        return Step(None, "no process could be started beside the first")
    if number < _FORKED:
        return Step(ok=True, seen=f"held at {PIDS} processes")
    return Step(ok=False, seen=f"not held: {number} processes under a limit of {PIDS}")


def _memory(words: list[str]) -> Step:
    allowed = f"a limit of {MEMORY_BYTES >> 20} MiB"
    if words == [_KILLED]:
        return Step(ok=True, seen=f"killed at {allowed}")
    if words == ["0"]:
        return Step(ok=False, seen=f"not held: {_ALLOCATED >> 20} MiB allocated under {allowed}")
    return Step(None, f"what allocates memory ended with {' '.join(words)}")


def _gateway(words: list[str]) -> Step:
    if words[:1] == ["none"]:
        return Step(ok=False, seen="the container has no route to a gateway")
    return Step(words[1:] == ["yes"], f"{words[0]} {'answers' if words[1:] == ['yes'] else 'does not answer'}")


def _resolver(words: list[str]) -> Step:
    if words[:1] == ["none"]:
        return Step(ok=False, seen="resolv.conf of the container names no resolver of the engine")
    answers = words[1:] == ["yes"]
    return Step(answers, f"{words[0]} {'knows' if answers else 'does not know'} the container's name")
