
# What is asked of every host.
echo 'hostcheck.host/1 begins'
release=$(uname -r)
registers
clock
log
gets /var/run/docker.sock /info
gets /var/run/docker.sock /version
gets /var/run/docker.sock /containers/json
runs git --version
runs xz --version
runs /usr/sbin/auditctl -l
runs /usr/sbin/iptables --version
runs /usr/bin/kubelet --version
runs /usr/bin/kubeadm version -o short
under '/usr /usr/local' lists bin lib libexec local sbin
under '/opt /run/current-system/profile' lists bin sbin
under '/etc/systemd/system /lib/systemd/system /run/systemd/system /usr/lib/systemd/system' lists docker.service.d
under '/lib /usr/lib/aarch64-linux-gnu /usr/lib/x86_64-linux-gnu' lists systemd
under '/opt/cni /opt/incus /run/current-system/sw /run/privileged /run/wrappers /snap' lists bin
under '/usr/libexec /usr/local/lib /usr/local/libexec' lists cni
lists / /bin /dev /etc /etc/cdi /etc/containers/containers.conf.d /etc/crio/crio.conf.d /etc/kubernetes/manifests /etc/rancher/k3s/config.yaml.d
lists /etc/rancher/rke2/config.yaml.d /etc/systemd/system /home /opt /proc /proc/device-tree /proc/self/ns /run /run/cdi /run/setuid-programs /sbin /snap
lists /sys/bus/vmbus/devices /sys/bus/xen/devices /sys/class/dmi/id /sys/class/net /sys/devices/virtual/dmi/id /sys/firmware/devicetree/base /sys/fs/cgroup/system.slice
lists /sys/fs/cgroup/systemd/system.slice /sys/fs/cgroup/unified/system.slice /sys/fs/cgroup/user.slice /sys/module /usr /usr/lib/cni /usr/lib/systemd
lists /usr/lib/systemd/system /usr/local/lib/systemd/system/docker.service.d /usr/share/containers/containers.conf.d /var/lib /var/run/cdi /var/snap
under /sys/class/dmi/id texts bios_vendor bios_version board_name board_vendor chassis_asset_tag chassis_vendor product_family product_name product_serial product_uuid
under /sys/class/dmi/id texts product_version sys_vendor
under /proc texts cgroups cmdline cpuinfo filesystems meminfo modules stat swaps sysinfo user_beancounters version
under /proc/sys/kernel texts apparmor_restrict_unprivileged_userns arch cap_last_cap domainname hostname osrelease ostype panic panic_on_oops pid_max
under /proc/sys/kernel texts unprivileged_userns_clone
under /etc texts etcd.env group hostname hosts machine-id os-release passwd resolv.conf subgid subuid
under /proc/net texts if_inet6 ip_tables_matches ip_tables_names route tcp tcp6 udp udp6
under /proc/sys/user texts max_cgroup_namespaces max_ipc_namespaces max_mnt_namespaces max_net_namespaces max_pid_namespaces max_user_namespaces max_uts_namespaces
under '/etc/systemd/system /lib/systemd/system /run/systemd/system /usr/lib/systemd/system' texts containerd.service crio.service docker.service k0scontroller.service
under '/etc/systemd/system /lib/systemd/system /run/systemd/system /usr/lib/systemd/system' texts k0sworker.service
under /proc/self texts cgroup mountinfo smaps status uid_map
under /proc/1 texts cgroup comm sched status
under /proc/sys/net/ipv4 texts ip_forward ip_local_port_range ip_unprivileged_port_start ping_group_range
under /etc/nomad.d texts client.hcl nomad.hcl server.hcl
under /proc/sys/net/bridge texts bridge-nf-call-arptables bridge-nf-call-ip6tables bridge-nf-call-iptables
under /sys/hypervisor texts guest_type type uuid
under '/etc/containers /usr/share/containers' texts containers.conf storage.conf
under '/etc/zookeeper /etc/zookeeper/conf /opt/zookeeper/conf /usr/share/zookeeper/conf' texts zoo.cfg
texts "/boot/config-$release" /etc/audit/audit.rules /etc/conf.d/docker /etc/config/dockerd /etc/containerd/config.toml /etc/crio/crio.conf /etc/default/docker
texts /etc/default/etcd /etc/docker/daemon.json /etc/etcd/etcd.conf /etc/etcd/etcd.conf.yml /etc/kubernetes/manifests/etcd.yaml /etc/mesos/zk /etc/rancher/k3s/config.yaml
texts /etc/rancher/rke2/config.yaml /etc/ufw/ufw.conf "/lib/modules/$release/build/.config" "/lib/modules/$release/config" "/lib/modules/$release/modules.dep"
texts /proc/2/comm /proc/bus/pci/devices /proc/ppc64/lparcfg /proc/self/attr/apparmor/current /proc/self/attr/current /proc/sys/fs/inotify/max_user_instances
texts /proc/sys/fs/inotify/max_user_watches /proc/sys/fs/nr_open /proc/sys/kernel/keys/root_maxkeys /proc/sys/net/ipv6/conf/all/forwarding
texts /proc/sys/net/ipv6/conf/default/forwarding /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/vm/max_map_count
texts /proc/sys/vm/overcommit_memory /proc/xen/capabilities /run/docker.pid /run/host/container-manager /run/systemd/container /sys/class/net/*/address
texts /sys/class/net/*/mtu /sys/class/net/*/type /sys/class/ptp/ptp0/clock_name /sys/dev/block/*/queue/rotational
texts /sys/devices/system/clocksource/clocksource0/available_clocksource /sys/devices/system/clocksource/clocksource0/current_clocksource /sys/devices/system/cpu/online
texts /sys/fs/cgroup/pids/system.slice/containerd.service/pids.max /sys/fs/cgroup/pids/system.slice/crio.service/pids.max
texts /sys/fs/cgroup/pids/system.slice/docker.service/pids.max /sys/fs/cgroup/system.slice/containerd.service/pids.max /sys/fs/cgroup/system.slice/crio.service/pids.max
texts /sys/fs/cgroup/system.slice/docker.service/pids.max /sys/fs/selinux/enforce /sys/hypervisor/properties/features /sys/module/apparmor/parameters/enabled
texts /sys/module/overlay/parameters/metacopy /sys/module/overlay/parameters/redirect_dir "/usr/lib/kernel/config-$release" "/usr/lib/modules/$release/config"
texts /usr/lib/os-release "/usr/lib/ostree-boot/config-$release" /usr/local/lib/systemd/system/docker.service /usr/release "/usr/src/linux-$release/.config"
texts /var/packages/ContainerManager/etc/dockerd.json /var/run/docker.pid /var/snap/microk8s/current/args/containerd
under '/proc/1/ns /proc/self/ns' links cgroup ipc mnt net pid user uts
under /var/lib links containerd containers docker incus k0s lxd rancher
under '/usr/bin /usr/sbin' links dockerd iptables java runc
under '/usr/lib /usr/lib/aarch64-linux-gnu /usr/lib/s390x-linux-gnu /usr/lib64' links libseccomp.so.2
under '/usr/lib/arm-linux-gnueabihf /usr/lib/riscv64-linux-gnu /usr/lib/x86_64-linux-gnu' links libseccomp.so.2
links /etc /etc/localtime /sys/dev/block/* /usr /usr/bin /usr/lib/powerpc64le-linux-gnu/libseccomp.so.2 /var /var/lib /var/lib/containers/storage /var/lib/rancher/k3s
links /var/lib/rancher/rke2 /var/snap /var/snap/microk8s /var/snap/microk8s/common /var/snap/microk8s/common/var /var/snap/microk8s/common/var/lib
links /var/snap/microk8s/common/var/lib/containerd
rooms / /var/lib
under /proc/device-tree binaries compatible ibm,partition-name model
under /sys/firmware/acpi/tables binaries APIC DSDT FACP
binaries /proc/1/environ /proc/config.gz /proc/device-tree/hypervisor/compatible /proc/self/environ /sys/firmware/dmi/entries/0-0/raw /sys/firmware/dmi/tables/DMI
under '/var/lib/rancher/k3s /var/lib/rancher/rke2' exist agent server
under '/etc/systemd /lib/systemd /usr/lib/systemd /usr/local/lib/systemd' exist system-generators
exist /dev/dri/renderD128 /dev/incus/sock /dev/lxd/sock /etc/docker/certs.d /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/pki/ca.crt
exist /etc/sysconfig/docker /etc/systemd/system-generators/podman-system-generator /etc/systemd/system/NetworkManager.service.wants/nm-cloud-setup.service
exist /etc/systemd/system/multi-user.target.wants/kubelet.service /etc/systemd/system/multi-user.target.wants/nm-cloud-setup.service
exist /etc/systemd/system/timers.target.wants/nm-cloud-setup.timer "/lib/modules/$release" /lib/systemd/system-generators/podman-system-generator /opt/rke2/bin
exist /opt/rke2/bin/rke2 /proc/device-tree/chosen/qemu,graphic-width /proc/driver/nvidia/version /proc/gvisor/kernel_is_gvisor /proc/pressure/cpu /proc/self/ns/time
exist /proc/sys/fs/aio-max-nr /proc/sys/fs/binfmt_misc/WSLInterop /proc/sys/fs/binfmt_misc/WSLInterop-late /proc/sys/fs/mqueue /proc/sys/kernel/keys/maxkeys
exist /proc/sys/kernel/seccomp/actions_avail /proc/sys/net/ipv6 "/run/booted-system/kernel-modules/lib/modules/$release" "/run/booted-system/kernel/lib/modules/$release"
exist /run/containerd/containerd.sock /run/crio/crio.sock /run/dbus/system_bus_socket /run/podman/podman.sock /run/secrets/kubernetes.io/serviceaccount
exist /run/systemd/system /run/systemd/system-generators /run/systemd/system-generators/podman-system-generator /run/systemd/timesync/synchronized /sys/class/net/*/device
exist /sys/fs/cgroup/system.slice/firewalld.service /sys/fs/cgroup/systemd/system.slice/firewalld.service /sys/fs/cgroup/unified/system.slice/firewalld.service
exist /usr/lib/docker/cli-plugins/docker-compose "/usr/lib/modules/$release" /usr/lib/systemd/system-generators/podman-system-generator
exist /usr/libexec/docker/cli-plugins/docker-compose /usr/libexec/incus/incusd /usr/local/lib/docker/cli-plugins/docker-compose /usr/local/lib/systemd
exist /usr/local/lib/systemd/system-generators/podman-system-generator /usr/share/selinux /usr/share/selinux/packages /usr/share/selinux/packages/k3s.pp
exist /usr/share/selinux/packages/rke2.pp /var/lib/incus/database /var/lib/k0s/kubelet.conf /var/lib/k0s/pki /var/lib/lxd/database /var/lib/systemd/linger
exist /var/packages/ContainerManager /var/packages/ContainerManager/var/docker /var/packages/Docker /var/run/docker.sock /var/run/secrets/kubernetes.io/serviceaccount
exist /var/snap/docker/current /var/snap/lxd/common /var/snap/lxd/common/lxd
variables ALL_PROXY DOCKER_HOST HOME HOSTCHECK_REGISTRIES HOSTNAME HTTPS_PROXY HTTP_PROXY LOGNAME SUDO_USER USER USERNAME XDG_RUNTIME_DIR all_proxy http_proxy https_proxy
under '/etc/systemd/system /usr/lib/systemd/system' owners containerd.service docker.service docker.socket
owners /etc/containerd /etc/containerd/config.toml /etc/default/docker /etc/docker /etc/docker/certs.d /etc/docker/daemon.json /etc/sysconfig/docker
owners /run/containerd/containerd.sock /run/docker.sock
