
# What is asked of every host.
echo 'hostcheck.host/1 begins'
release=$(uname -r); registers; clock; log
gets /var/run/docker.sock /info; gets /var/run/docker.sock /version; gets /var/run/docker.sock /containers/json
runs git --version; runs xz --version; runs /usr/sbin/auditctl -l; runs /usr/sbin/iptables --version; runs /usr/bin/kubelet --version; runs /usr/bin/kubeadm version -o short
under '/usr /usr/local' lists bin lib libexec local sbin
under '/lib /usr/lib' lists cni modprobe.d modules systemd
under '/etc /run' lists cdi modprobe.d setuid-programs
under '/opt/cni /opt/incus /run/current-system/sw /run/privileged /run/wrappers /snap' lists bin
lists / /bin /dev /etc /etc/containers/containers.conf.d /etc/crio/crio.conf.d /etc/kubernetes/manifests /etc/rancher/k3s/config.yaml.d /etc/rancher/rke2/config.yaml.d /etc/systemd/system /etc/systemd/system/docker.service.d /etc/systemd/system/sockets.target.wants /home
lists /lib/systemd/system/containerd.service.d /lib/systemd/system/docker.service.d /opt /opt/bin /opt/sbin /proc /proc/device-tree /proc/self/ns /run /run/current-system/profile/bin /run/current-system/profile/sbin /run/systemd/system/docker.service.d /sbin /snap /sys/block
lists /sys/bus/vmbus/devices /sys/bus/xen/devices /sys/class/dmi/id /sys/class/net /sys/devices/virtual/dmi/id /sys/firmware/devicetree/base /sys/firmware/dmi/entries /sys/fs/cgroup/init.scope /sys/fs/cgroup/system.slice /sys/fs/cgroup/systemd/system.slice
lists /sys/fs/cgroup/unified/system.slice /sys/fs/cgroup/user.slice /sys/module /usr /usr/lib/aarch64-linux-gnu/systemd /usr/lib/systemd/system /usr/lib/systemd/system/docker.service.d /usr/lib/x86_64-linux-gnu/systemd /usr/libexec/cni /usr/local/lib/cni /usr/local/lib/modprobe.d
lists /usr/local/lib/systemd/system/docker.service.d /usr/local/libexec/cni /var/lib /var/run/cdi /var/snap
under /proc texts cgroups cmdline cpuinfo filesystems meminfo modules stat swaps sysinfo user_beancounters version vmstat zoneinfo
under /proc/sys/kernel texts apparmor_restrict_unprivileged_userns arch cap_last_cap domainname hostname modprobe modules_disabled osrelease ostype panic panic_on_oops pid_max unprivileged_userns_clone
under /sys/class/dmi/id texts bios_vendor bios_version board_name board_vendor chassis_asset_tag chassis_vendor product_family product_name product_serial product_uuid product_version sys_vendor
under /etc texts etcd.env group hostname hosts machine-id os-release passwd resolv.conf subgid subuid
under /proc/net texts if_inet6 ip_tables_matches ip_tables_names route tcp tcp6 udp udp6
under /proc/sys/user texts max_cgroup_namespaces max_ipc_namespaces max_mnt_namespaces max_net_namespaces max_pid_namespaces max_user_namespaces max_uts_namespaces
under /proc/self texts cgroup gid_map mountinfo smaps status uid_map
under '/etc/systemd/system /lib/systemd/system /run/systemd/system /usr/lib/systemd/system' texts containerd.service crio.service docker.service k0scontroller.service k0sworker.service
texts "/boot/config-$release" /etc/audit/audit.rules /etc/conf.d/docker /etc/config/dockerd /etc/containerd/config.toml /etc/containers/containers.conf /etc/containers/storage.conf /etc/crio/crio.conf /etc/default/docker /etc/default/etcd /etc/docker/daemon.json
texts /etc/etcd/etcd.conf /etc/etcd/etcd.conf.yml /etc/kubernetes/manifests/etcd.yaml /etc/mesos/zk /etc/nomad.d/client.hcl /etc/nomad.d/nomad.hcl /etc/nomad.d/server.hcl /etc/rancher/k3s/config.yaml /etc/rancher/rke2/config.yaml /etc/rc.d/rc.docker /etc/ufw/ufw.conf
texts /etc/zookeeper/conf/zoo.cfg /etc/zookeeper/zoo.cfg "/lib/modules/$release/build/.config" "/lib/modules/$release/config" "/lib/modules/$release/modules.dep" /opt/zookeeper/conf/zoo.cfg /proc/1/cgroup /proc/1/comm /proc/1/sched /proc/1/status /proc/2/comm
texts /proc/bus/pci/devices /proc/ppc64/lparcfg /proc/self/attr/apparmor/current /proc/self/attr/current /proc/sys/fs/inotify/max_user_instances /proc/sys/fs/inotify/max_user_watches /proc/sys/fs/nr_open /proc/sys/kernel/grsecurity/chroot_deny_chmod
texts /proc/sys/kernel/grsecurity/chroot_deny_mknod /proc/sys/kernel/keys/root_maxkeys /proc/sys/net/bridge/bridge-nf-call-arptables /proc/sys/net/bridge/bridge-nf-call-ip6tables /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/ipv4/conf/all/rp_filter
texts /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ping_group_range /proc/sys/net/ipv6/conf/all/forwarding /proc/sys/net/ipv6/conf/default/forwarding
texts /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/vm/max_map_count /proc/sys/vm/overcommit_memory /proc/xen/capabilities /run/docker.pid /run/host/container-manager /run/systemd/container /sys/block/*/queue/rotational
texts /sys/block/*/removable /sys/block/*/size /sys/class/net/*/address /sys/class/net/*/mtu /sys/class/net/*/type /sys/class/ptp/ptp0/clock_name /sys/dev/block/*/queue/rotational /sys/devices/system/clocksource/clocksource0/available_clocksource
texts /sys/devices/system/clocksource/clocksource0/current_clocksource /sys/devices/system/cpu/online /sys/devices/system/cpu/present /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/docker/cgroup.type /sys/fs/cgroup/pids/system.slice/containerd.service/pids.max
texts /sys/fs/cgroup/pids/system.slice/crio.service/pids.max /sys/fs/cgroup/pids/system.slice/docker.service/pids.max /sys/fs/cgroup/system.slice/containerd.service/pids.max /sys/fs/cgroup/system.slice/crio.service/pids.max /sys/fs/cgroup/system.slice/docker.service/pids.max
texts /sys/fs/selinux/enforce /sys/hypervisor/guest_type /sys/hypervisor/properties/features /sys/hypervisor/type /sys/hypervisor/uuid /sys/module/apparmor/parameters/enabled /sys/module/overlay/parameters/metacopy /sys/module/overlay/parameters/redirect_dir
texts "/usr/lib/kernel/config-$release" "/usr/lib/modules/$release/config" /usr/lib/os-release "/usr/lib/ostree-boot/config-$release" /usr/local/lib/systemd/system/docker.service /usr/release /usr/share/containers/storage.conf /usr/share/zookeeper/conf/zoo.cfg
texts "/usr/src/linux-$release/.config" /var/packages/ContainerManager/etc/dockerd.json /var/run/docker.pid /var/snap/microk8s/current/args/containerd
under '/proc/1/ns /proc/self/ns' links cgroup ipc mnt net pid user uts
under /var/lib links containerd containers docker incus k0s lxd rancher
under /etc links containerd default docker localtime sysconfig systemd
under '/usr/bin /usr/local/bin /usr/sbin' links containerd containerd-shim-runc-v2 dockerd iptables java runc
under '/usr/lib/aarch64-linux-gnu /usr/lib/riscv64-linux-gnu /usr/lib/s390x-linux-gnu /usr/lib/x86_64-linux-gnu /usr/lib64' links libseccomp.so.2
links /etc /etc/containerd/config.toml /etc/default/docker /etc/sysconfig/docker /etc/systemd/system /etc/systemd/system/docker.service /etc/systemd/system/docker.socket /run /run/containerd /sbin /sbin/modprobe /sys/dev/block/* /usr /usr/bin /usr/lib
links /usr/lib/arm-linux-gnueabihf/libseccomp.so.2 /usr/lib/libseccomp.so.2 /usr/lib/powerpc64le-linux-gnu/libseccomp.so.2 /usr/lib/systemd /usr/lib/systemd/system /usr/lib/systemd/system/docker.service /usr/lib/systemd/system/docker.socket /usr/local /usr/local/bin /usr/sbin
links /var /var/lib /var/lib/containers/storage /var/lib/rancher/k3s /var/lib/rancher/rke2 /var/packages /var/packages/ContainerManager /var/packages/ContainerManager/var /var/packages/ContainerManager/var/docker /var/snap /var/snap/lxd /var/snap/lxd/common
links /var/snap/lxd/common/lxd /var/snap/microk8s /var/snap/microk8s/common /var/snap/microk8s/common/var /var/snap/microk8s/common/var/lib /var/snap/microk8s/common/var/lib/containerd
rooms / /var /var/lib
binaries /proc/1/environ /proc/config.gz /proc/device-tree/compatible /proc/device-tree/hypervisor/compatible /proc/device-tree/ibm,partition-name /proc/device-tree/model /proc/self/environ /sys/firmware/acpi/tables/APIC /sys/firmware/acpi/tables/DSDT
binaries /sys/firmware/acpi/tables/FACP /sys/firmware/dmi/entries/0-0/raw /sys/firmware/dmi/entries/19-0/raw /sys/firmware/dmi/entries/19-1/raw /sys/firmware/dmi/tables/DMI
exist /boot/cmdline.txt /boot/firmware/cmdline.txt /boot/loader/loader.conf /dev/dri/renderD128 /dev/incus/sock /dev/lxd/sock /efi/loader/loader.conf /etc/default/grub /etc/docker/certs.d /etc/kernel/cmdline /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/kubelet.conf
exist /etc/kubernetes/pki/ca.crt /etc/systemd/system-generators /etc/systemd/system-generators/podman-system-generator /etc/systemd/system/NetworkManager.service.wants/nm-cloud-setup.service /etc/systemd/system/multi-user.target.wants/kubelet.service
exist /etc/systemd/system/multi-user.target.wants/nm-cloud-setup.service /etc/systemd/system/timers.target.wants/nm-cloud-setup.timer "/lib/modules/$release" /lib/systemd/system-generators /lib/systemd/system-generators/podman-system-generator /opt/rke2/bin /opt/rke2/bin/rke2
exist /proc/device-tree/chosen/qemu,graphic-width /proc/driver/nvidia/version /proc/gvisor/kernel_is_gvisor /proc/pressure/cpu /proc/self/ns/time /proc/sys/fs/aio-max-nr /proc/sys/fs/binfmt_misc/WSLInterop /proc/sys/fs/binfmt_misc/WSLInterop-late /proc/sys/fs/mqueue
exist /proc/sys/kernel/grsecurity /proc/sys/kernel/keys/maxkeys /proc/sys/kernel/seccomp/actions_avail /proc/sys/net/ipv6 "/run/booted-system/kernel-modules/lib/modules/$release" "/run/booted-system/kernel/lib/modules/$release" /run/containerd/containerd.sock /run/crio/crio.sock
exist /run/dbus/system_bus_socket /run/podman/podman.sock /run/secrets/kubernetes.io/serviceaccount /run/systemd/system /run/systemd/system-generators /run/systemd/system-generators/podman-system-generator /run/systemd/timesync/synchronized /sys/class/net/*/device
exist /sys/firmware/qemu_fw_cfg/rev /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes /sys/fs/cgroup/systemd/system.slice/firewalld.service /sys/fs/cgroup/unified/system.slice/firewalld.service
exist /usr/lib/docker/cli-plugins/docker-compose "/usr/lib/modules/$release" /usr/lib/systemd/system-generators /usr/lib/systemd/system-generators/podman-system-generator /usr/libexec/docker/cli-plugins/docker-compose /usr/libexec/incus/incusd
exist /usr/local/lib/docker/cli-plugins/docker-compose /usr/local/lib/systemd /usr/local/lib/systemd/system-generators /usr/local/lib/systemd/system-generators/podman-system-generator /usr/share/selinux /usr/share/selinux/packages /usr/share/selinux/packages/k3s.pp
exist /usr/share/selinux/packages/rke2.pp /var/lib/incus/database /var/lib/k0s/kubelet.conf /var/lib/k0s/pki /var/lib/lxd/database /var/lib/rancher/k3s/agent /var/lib/rancher/k3s/server /var/lib/rancher/rke2/agent /var/lib/rancher/rke2/server /var/lib/systemd/linger
exist /var/packages/Docker /var/run/docker.sock /var/run/secrets/kubernetes.io/serviceaccount /var/snap/docker/current
variables ALL_PROXY DOCKER_HOST HOME HOSTCHECK_REGISTRIES HOSTNAME HTTPS_PROXY HTTP_PROXY LOGNAME SUDO_USER USER USERNAME XDG_RUNTIME_DIR all_proxy http_proxy https_proxy
under '/etc/systemd/system /usr/lib/systemd/system' owners containerd.service docker.service docker.socket
owners /etc/containerd /etc/containerd/config.toml /etc/default/docker /etc/docker /etc/docker/certs.d /etc/docker/daemon.json /etc/sysconfig/docker /run/containerd/containerd.sock /run/docker.sock
