# shellcheck shell=sh
# What bin/bench and bin/test share: find out what is missing, say what will be done, do it. Sourced, not run. POSIX sh.

# An ordinary user's PATH lacks the folders where daemons are.
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$*" >&2; }

# Ends the script as hostcheck itself does where it could not measure.
give_up() {
    say "$0: $*"
    exit 4
}

package_manager() {
    for manager in apt-get dnf zypper pacman apk; do
        if command -v "$manager" >/dev/null 2>&1; then
            echo "$manager"
            return
        fi
    done
}

# The settings of os-release(5).
os_release() { cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release; }

# The distribution, and its first number where names of packages depend on it: "debian-12", "rhel-9", "arch".
distribution() {
    (
        ID="" ID_LIKE="" VERSION_ID=""
        eval "$(os_release 2>/dev/null | grep -E '^(ID|ID_LIKE|VERSION_ID)=')"
        release=${VERSION_ID%%.*}
        case "$ID" in
            debian | ubuntu | fedora | amzn | alpine) echo "$ID-$release" ;;
            sles | sled | sle* | opensuse-leap) echo "suse-$release" ;;
            opensuse*) echo "suse-rolling" ;;
            *)
                case " $ID $ID_LIKE " in
                    *" rhel "* | *" centos "* | " ol "*) echo "rhel-$release" ;;
                    *" ubuntu "*) echo "ubuntu" ;;
                    *" debian "*) echo "debian" ;;
                    *" fedora "*) echo "fedora" ;;
                    *" suse "* | *" opensuse "*) echo "suse-rolling" ;;
                    *" arch "*) echo "arch" ;;
                    *" alpine "*) echo "alpine" ;;
                esac
                ;;
        esac
    )
}

# Whether a package repository is set up whose address has this in it.
repository() {
    grep -r -q -s "$1" /etc/apt/sources.list /etc/apt/sources.list.d /etc/yum.repos.d /etc/zypp/repos.d
}

# What bin/bench needs, in the words of a distribution; nothing where it has none. docs/packages.md has the sources.
bench_package() {
    if test "$2" = engine && repository download.docker.com; then
        # Its own packages conflict with those of the distribution.
        echo "docker-ce docker-ce-cli containerd.io"
        return
    fi
    case "$1:$2" in
        debian-1[01]:python | ubuntu-1?:python | ubuntu-20:python) ;;
        debian*:python | ubuntu*:python) echo "python3 python3-venv" ;;
        rhel-[89]:python) echo "python3.12" ;;
        amzn*:python) echo "python3.11" ;;
        suse-15:python) echo "python311" ;;
        suse*:python) echo "python313" ;;
        arch:python) echo "python" ;;
        *:python) echo "python3" ;;
        *:fio) echo "fio" ;;
        debian*:engine | ubuntu*:engine) echo "docker.io" ;;
        rhel*:engine) echo "podman" ;;
        fedora*:engine) echo "moby-engine" ;;
        *:engine) echo "docker" ;;
        debian*:busybox | ubuntu*:busybox | suse*:busybox | alpine*:busybox) echo "busybox-static" ;;
        rhel*:busybox) ! repository epel || echo "busybox" ;;
        amzn*:busybox) ;;
        *:busybox) echo "busybox" ;;
    esac
}

# The package that brings a thing, in the words of this system's package manager; nothing where it has none.
package_of() {
    case "$1:$2" in
        *:python | *:fio | *:engine | *:busybox) bench_package "$(distribution)" "$2" ;;
        *:chromium) echo "chromium" ;;
        apt-get:npm | apk:npm) echo "nodejs npm" ;;
        dnf:npm) echo "nodejs-npm" ;;
        apt-get:promtool | apk:promtool) echo "prometheus" ;;
        apt-get:ansible-playbook | dnf:ansible-playbook | apk:ansible-playbook) echo "ansible-core" ;;
        *:cloud-init) echo "cloud-init" ;;
        *:pipx) echo "pipx" ;;
        *:dash | *:bash | *:mksh | *:posh | *:yash | *:tcsh) echo "$2" ;;
        apt-get:shellcheck) echo "shellcheck" ;;
        dnf:shellcheck) echo "ShellCheck" ;;
        apk:shellcheck) echo "shellcheck" ;;
        *:sshd) echo "openssh-server" ;;
        *:curl | *:openssl | *:sysbench | *:iperf3) echo "$2" ;;
        *:objdump) echo "binutils" ;;
        *:debootstrap) echo "debootstrap" ;;
        apt-get:qemu-aarch64-static) echo "qemu-user-static" ;;
        apt-get:ssh-keygen) echo "openssh-client" ;;
        dnf:ssh-keygen) echo "openssh" ;;
        apk:ssh-keygen) echo "openssh-keygen" ;;
        # The second lets an ordinary user's engine have a range of ids.
        apt-get:podman) echo "podman uidmap" ;;
        dnf:podman) echo "podman shadow-utils" ;;
        apk:podman) echo "podman shadow-uidmap" ;;
        *:lxc) echo "lxc" ;;
        *:nspawn) echo "systemd-container" ;;
        *:btrfs) echo "btrfs-progs" ;;
        *:docker-registry) echo "docker-registry" ;;
        apt-get:emulator) echo "qemu-system-x86 seabios e2fsprogs kmod" ;;
        dnf:emulator) echo "qemu-system-x86-core seabios e2fsprogs kmod" ;;
        apk:emulator) echo "qemu-system-x86_64 seabios e2fsprogs kmod" ;;
        dnf:promtool) echo "golang-github-prometheus" ;;
    esac
}

# install_command MANAGER PACKAGES: nothing that is there is removed for them.
install_command() {
    case "$1" in
        apt-get) echo "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-remove $2" ;;
        dnf) echo "dnf install -y --setopt=install_weak_deps=False $2" ;;
        zypper) echo "zypper --non-interactive install --no-recommends $2" ;;
        pacman) echo "pacman -S --needed --noconfirm $2" ;;
        apk) echo "apk add $2" ;;
    esac
}

# The first Python that is new enough, with venv; nothing where there is none.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
}

# Whether a thing is here already.
present() {
    case "$1" in
        python) test -n "$(find_python)" ;;
        # The Python package Fiona installs a program of the same name: ask which one it is.
        fio) fio --version 2>/dev/null | grep -q '^fio-[0-9]' ;;
        engine) an_engine ;;
        busybox) static_busybox ;;
        chromium) command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ;;
        lxc) command -v lxc-execute >/dev/null 2>&1 ;;
        btrfs) have mkfs.btrfs btrfs ;;
        nspawn) command -v systemd-nspawn >/dev/null 2>&1 ;;
        emulator) have qemu-system-x86_64 mkfs.ext4 depmod && test -e /usr/share/seabios/bios-256k.bin ;;
        podman) have podman newuidmap ;;
        npm | docker-registry | promtool | ansible-playbook | cloud-init | pipx | curl | openssl | ssh-keygen | objdump | debootstrap | sysbench | iperf3 | qemu-aarch64-static | dash | bash | mksh | posh | yash | tcsh | \
            shellcheck | sshd) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# An engine of any kind: a host that has one gets no second one.
an_engine() {
    for program in dockerd podman containerd crio k3s rke2; do
        command -v "$program" >/dev/null 2>&1 && return 0
    done
    test -S /var/run/docker.sock || test -S /run/podman/podman.sock
}

have() {
    for program in "$@"; do
        command -v "$program" >/dev/null 2>&1 || return 1
    done
}

# A busybox that runs in an empty image: one that names no dynamic loader.
static_busybox() {
    for candidate in /bin/busybox.static /bin/busybox /usr/bin/busybox /sbin/busybox /usr/sbin/busybox; do
        if test -x "$candidate" && ! grep -q -a -E '/ld-(linux|musl)' "$candidate"; then
            return 0
        fi
    done
    return 1
}

# Whether a dynamic busybox is here whose package, of Debian or Ubuntu, the static one's would replace.
another_busybox() { have apt-get dpkg-deb busybox && ! static_busybox; }

# unpack_busybox FILE: unpacks a static busybox to there, without installing it.
unpack_busybox() {
    test ! -x "$1" || return 0
    say "unpacking busybox-static into $1, since its package would replace the busybox that is installed"
    unpacked=$(mktemp -d)
    if (cd "$unpacked" && apt-get download busybox-static && dpkg-deb -x busybox-static_*.deb .) >&2; then
        for candidate in "$unpacked/bin/busybox" "$unpacked/usr/bin/busybox"; do
            test ! -f "$candidate" || cp "$candidate" "$1"
        done
    fi
    rm -rf "$unpacked"
}

# install_missing ALLOWED THING...: says what is missing and with which command it will be installed, then runs that.
# ALLOWED is "no", "all" (what stays missing ends the script), or "some" (what stays missing is named).
install_missing() {
    allowed=$1
    shift
    missing=""
    packages=""
    unpackaged=""
    manager=$(package_manager)
    for thing in "$@"; do
        present "$thing" && continue
        missing="$missing $thing"
        found=$(package_of "$manager" "$thing")
        test -n "$found" || unpackaged="$unpackaged $thing"
        packages="$packages${found:+ $found}"
    done
    test -n "$missing" || return 0
    say "missing:$missing"
    test -n "$manager" ||
        give_up "this system has none of apt-get, dnf, zypper, pacman and apk; install$missing yourself, then run this again"
    test -z "$unpackaged" || say "no package of this system brings:$unpackaged"
    test -n "$packages" || return 0
    command=$(install_command "$manager" "${packages# }")
    if test "$allowed" = no; then
        say "not installed, as --no-install asks. The command would be: $command"
        return 0
    fi
    if test "$(id -u)" -ne 0; then
        give_up "installing needs root. Run this as root, then run $0 again (or go on without, with --no-install):
    $command"
    fi
    say "installing: $command"
    if ! sh -c "$command" >&2; then
        test "$allowed" = some || give_up "the installation failed"
        say "the installation failed; installing each part by itself"
        for thing in $missing; do
            packages=$(package_of "$manager" "$thing")
            test -z "$packages" || sh -c "$(install_command "$manager" "$packages")" >&2 || say "not installed: $packages"
        done
    fi
    for thing in $missing; do
        present "$thing" && continue
        test "$allowed" = some || give_up "$thing is still missing after: $command"
        say "still missing: $thing"
    done
}

# Ends the script where there is no Python that is new enough.
need_python() {
    test -n "$(find_python)" || give_up "Python 3.10 or newer with venv is needed; here is $(have python3 && python3 --version 2>&1 || echo none).
    Audit this host from another machine: hostcheck audit ssh://root@$(uname -n)
    and measure it, if it is x86-64: hostcheck bench ssh://root@$(uname -n) (or run the executable here: docs/release.md)"
}

pip_install() {
    .venv/bin/pip install --quiet --disable-pip-version-check "$@" >&2 ||
        give_up "pip could not install $*: it says above why. Behind a proxy with a certificate of its own, set PIP_CERT to the certificate's file"
}

# make_venv KIND PIP-ARGUMENTS...: makes .venv, unless one that serves is there. What serves tests serves bench too.
make_venv() {
    kind=$1
    shift
    need_python
    python=$(find_python)
    stamp=$(cat pyproject.toml requirements-dev.lock | cksum)
    for serving in "$kind" test; do
        if test -x .venv/bin/hostcheck && test "$(cat .venv/made-for 2>/dev/null)" = "$serving $stamp"; then
            return 0
        fi
    done
    say "making .venv with $python: pip install $*"
    rm -rf .venv
    "$python" -m venv .venv >&2 || give_up "$python made no environment in $PWD/.venv"
    pip_install "$@"
    if test "$kind" = test; then pip_install --no-deps --editable .; fi
    echo "$kind $stamp" >.venv/made-for
}
