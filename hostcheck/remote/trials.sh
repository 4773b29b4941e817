
# What nearly every audit tries, under the same conditions: where it loads no module.
# built OPTION...: whether the running kernel has them built in.
built() {
    config=$(gzip -dc /proc/config.gz || cat "/boot/config-$release") || return
    for each do case "$newline$config$newline" in *"${newline}CONFIG_$each=y$newline"*) ;; *) return 1 ;; esac done
}

tries unshare
if { test -e /sys/module/bridge || built BRIDGE; } && { test -e /sys/module/veth || built VETH; }; then tries links; fi
set --
if read -r controllers </sys/fs/cgroup/cgroup.controllers; then
    for each in cpu memory pids; do
        case " $controllers " in *" $each "*) set -- "$@" "v2_$each=/sys/fs/cgroup" ;; esac
    done
else
    for each in cpu memory pids; do
        place=
        while read -r _ folder type options _; do
            case $type:,$options, in cgroup:*,$each,*) place=$folder ;; esac
        done </proc/mounts
        test -z "$place" || set -- "$@" "v1_$each=$place"
    done
fi
test $# = 0 || tries limits "$@"
for program in /usr/sbin/iptables /sbin/iptables /usr/local/sbin/iptables /usr/bin/iptables; do
    if test -e "$program"; then
        case $(readlink -f "$program") in
            */xtables-nft-multi) set -- NF_NAT NF_TABLES NF_TABLES_IPV4 NFT_COMPAT NFT_NAT NETFILTER_XT_TARGET_MASQUERADE ;;
            */xtables-legacy-multi) set -- NF_NAT IP_NF_NAT IP_NF_FILTER NETFILTER_XT_TARGET_MASQUERADE ;;
            *) break ;;
        esac
        if built "$@"; then tries nat "program=$program"; fi
        break
    fi
done
