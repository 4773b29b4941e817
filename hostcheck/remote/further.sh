
# What those nearly always lead to: devices below file systems and of the network, this process's groups, Java, rules for modules.
while read -r _ _ number _ place _; do
    case $place in / | /var | /var/lib | /var/lib/*) device=$(cd -P "/sys/dev/block/$number" && pwd) && exist "$device/partition" ;; esac
done </proc/self/mountinfo
while IFS=: read -r _ names group; do
    top=/sys/fs/cgroup${names:+/$names} group=${group%/}
    case $names in '' | memory | *cpu | cpu,*) ;; *) continue ;; esac
    while test -d "$top"; do
        under "$top$group" texts memory.max memory.limit_in_bytes cpu.max cpu.cfs_quota_us cpu.cfs_period_us
        case $group in '') break ;; *) group=${group%/*} ;; esac
    done
done </proc/self/cgroup
under '/sys/class/net/*' exist device
java=$(readlink -f /usr/bin/java) && case $java in */*/*/*) way "$java"; texts "${java%/*/*}/release" ;; esac
texts /etc/systemd/system/sockets.target.wants/* /etc/modprobe.d/*.conf /run/modprobe.d/*.conf /usr/local/lib/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf /lib/modprobe.d/*.conf
