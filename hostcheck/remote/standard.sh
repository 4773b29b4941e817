
# What is asked of every host.
echo 'hostcheck.host/1 begins'
release=$(uname -r)
registers
clock
log
runs git --version
runs xz --version
runs /usr/sbin/auditctl -l
runs /usr/sbin/iptables --version
runs /usr/bin/kubelet --version
runs /usr/bin/kubeadm version -o short
lists / /bin /dev /etc /etc/cdi /etc/containers/containers.conf.d /etc/crio/crio.conf.d /etc/kubernetes/manifests
lists /etc/rancher/k3s/config.yaml.d /etc/rancher/rke2/config.yaml.d /etc/systemd/system
lists /etc/systemd/system/docker.service.d /lib/systemd /lib/systemd/system/docker.service.d /opt /opt/bin /opt/cni/bin
lists /opt/incus/bin /opt/sbin /proc /proc/device-tree /proc/self/ns /run /run/cdi /run/current-system/profile/bin
lists /run/current-system/profile/sbin /run/current-system/sw/bin /run/privileged/bin /run/setuid-programs
lists /run/systemd/system/docker.service.d /run/wrappers/bin /sbin /snap /snap/bin /sys/bus/vmbus/devices
lists /sys/bus/xen/devices /sys/class/dmi/id /sys/class/net /sys/devices/virtual/dmi/id /sys/firmware/devicetree/base
lists /sys/fs/cgroup/system.slice /sys/fs/cgroup/systemd/system.slice /sys/fs/cgroup/unified/system.slice
lists /sys/fs/cgroup/user.slice /sys/module /usr /usr/bin /usr/lib /usr/lib/aarch64-linux-gnu/systemd /usr/lib/cni
lists /usr/lib/systemd /usr/lib/systemd/system /usr/lib/systemd/system/docker.service.d
lists /usr/lib/x86_64-linux-gnu/systemd /usr/libexec /usr/libexec/cni /usr/local /usr/local/bin /usr/local/lib/cni
lists /usr/local/lib/systemd/system/docker.service.d /usr/local/libexec /usr/local/libexec/cni /usr/local/sbin /usr/sbin
lists /usr/share/containers/containers.conf.d /var/lib /var/lib/etcd /var/lib/systemd/linger /var/run/cdi /var/snap
texts "/boot/config-$release" "/lib/modules/$release/build/.config" "/lib/modules/$release/config"
texts "/lib/modules/$release/modules.dep" "/usr/lib/kernel/config-$release" "/usr/lib/modules/$release/config"
texts "/usr/lib/ostree-boot/config-$release" "/usr/src/linux-$release/.config" /etc/audit/audit.rules /etc/conf.d/docker
texts /etc/config/dockerd /etc/containerd/config.toml /etc/containers/containers.conf /etc/containers/storage.conf
texts /etc/crio/crio.conf /etc/default/docker /etc/default/etcd /etc/docker/daemon.json /etc/etcd.env
texts /etc/etcd/etcd.conf /etc/etcd/etcd.conf.yml /etc/group /etc/hosts /etc/kubernetes/manifests/etcd.yaml
texts /etc/machine-id /etc/mesos/zk /etc/nomad.d/client.hcl /etc/nomad.d/nomad.hcl /etc/nomad.d/server.hcl
texts /etc/os-release /etc/rancher/k3s/config.yaml /etc/rancher/rke2/config.yaml /etc/resolv.conf /etc/subgid
texts /etc/subuid /etc/systemd/system/containerd.service /etc/systemd/system/crio.service
texts /etc/systemd/system/docker.service /etc/systemd/system/k0scontroller.service /etc/systemd/system/k0sworker.service
texts /etc/ufw/ufw.conf /etc/zookeeper/conf/zoo.cfg /etc/zookeeper/zoo.cfg /lib/systemd/system/containerd.service
texts /lib/systemd/system/crio.service /lib/systemd/system/docker.service /opt/zookeeper/conf/zoo.cfg /proc/1/cgroup
texts /proc/1/comm /proc/1/sched /proc/1/status /proc/2/comm /proc/bus/pci/devices /proc/cgroups /proc/cmdline
texts /proc/cpuinfo /proc/filesystems /proc/meminfo /proc/modules /proc/net/if_inet6 /proc/net/ip_tables_matches
texts /proc/net/ip_tables_names /proc/net/route /proc/net/tcp /proc/ppc64/lparcfg /proc/self/attr/apparmor/current
texts /proc/self/attr/current /proc/self/cgroup /proc/self/mountinfo /proc/self/smaps /proc/self/status
texts /proc/self/uid_map /proc/stat /proc/swaps /proc/sys/fs/inotify/max_user_instances
texts /proc/sys/fs/inotify/max_user_watches /proc/sys/kernel/apparmor_restrict_unprivileged_userns /proc/sys/kernel/arch
texts /proc/sys/kernel/cap_last_cap /proc/sys/kernel/hostname /proc/sys/kernel/keys/root_maxkeys
texts /proc/sys/kernel/osrelease /proc/sys/kernel/ostype /proc/sys/kernel/panic /proc/sys/kernel/panic_on_oops
texts /proc/sys/kernel/pid_max /proc/sys/kernel/unprivileged_userns_clone /proc/sys/net/bridge/bridge-nf-call-arptables
texts /proc/sys/net/bridge/bridge-nf-call-ip6tables /proc/sys/net/bridge/bridge-nf-call-iptables
texts /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/ip_unprivileged_port_start
texts /proc/sys/net/ipv4/ping_group_range /proc/sys/net/ipv6/conf/all/forwarding
texts /proc/sys/net/ipv6/conf/default/forwarding /proc/sys/net/netfilter/nf_conntrack_count
texts /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/user/max_cgroup_namespaces /proc/sys/user/max_ipc_namespaces
texts /proc/sys/user/max_mnt_namespaces /proc/sys/user/max_net_namespaces /proc/sys/user/max_pid_namespaces
texts /proc/sys/user/max_user_namespaces /proc/sys/user/max_uts_namespaces /proc/sys/vm/max_map_count
texts /proc/sys/vm/overcommit_memory /proc/sysinfo /proc/user_beancounters /proc/version /proc/xen/capabilities
texts /run/docker.pid /run/host/container-manager /run/systemd/container /run/systemd/system/containerd.service
texts /run/systemd/system/crio.service /run/systemd/system/docker.service /sys/class/dmi/id/bios_vendor
texts /sys/class/dmi/id/bios_version /sys/class/dmi/id/board_name /sys/class/dmi/id/board_vendor
texts /sys/class/dmi/id/chassis_asset_tag /sys/class/dmi/id/chassis_vendor /sys/class/dmi/id/product_family
texts /sys/class/dmi/id/product_name /sys/class/dmi/id/product_serial /sys/class/dmi/id/product_uuid
texts /sys/class/dmi/id/product_version /sys/class/dmi/id/sys_vendor /sys/class/net/*/address /sys/class/net/*/type
texts /sys/class/ptp/ptp0/clock_name /sys/dev/block/*/queue/rotational
texts /sys/devices/system/clocksource/clocksource0/available_clocksource
texts /sys/devices/system/clocksource/clocksource0/current_clocksource /sys/devices/system/cpu/online
texts /sys/fs/cgroup/pids/system.slice/containerd.service/pids.max
texts /sys/fs/cgroup/pids/system.slice/crio.service/pids.max /sys/fs/cgroup/pids/system.slice/docker.service/pids.max
texts /sys/fs/cgroup/system.slice/containerd.service/pids.max /sys/fs/cgroup/system.slice/crio.service/pids.max
texts /sys/fs/cgroup/system.slice/docker.service/pids.max /sys/fs/selinux/enforce /sys/hypervisor/guest_type
texts /sys/hypervisor/properties/features /sys/hypervisor/type /sys/hypervisor/uuid
texts /sys/module/apparmor/parameters/enabled /sys/module/overlay/parameters/metacopy
texts /sys/module/overlay/parameters/redirect_dir /usr/lib/os-release /usr/lib/systemd/system/containerd.service
texts /usr/lib/systemd/system/crio.service /usr/lib/systemd/system/docker.service
texts /usr/local/lib/systemd/system/docker.service /usr/release /usr/share/containers/containers.conf
texts /usr/share/containers/storage.conf /usr/share/zookeeper/conf/zoo.cfg
texts /var/packages/ContainerManager/etc/dockerd.json /var/run/docker.pid /var/snap/microk8s/current/args/containerd
binaries /proc/1/environ /proc/config.gz /proc/device-tree/compatible /proc/device-tree/hypervisor/compatible
binaries /proc/device-tree/ibm,partition-name /proc/device-tree/model /proc/self/environ /sys/firmware/acpi/tables/APIC
binaries /sys/firmware/acpi/tables/DSDT /sys/firmware/acpi/tables/FACP /sys/firmware/dmi/entries/0-0/raw
binaries /sys/firmware/dmi/tables/DMI
links /etc /etc/containerd /etc/containerd/config.toml /etc/default /etc/default/docker /etc/docker /etc/localtime
links /etc/sysconfig /etc/sysconfig/docker /etc/systemd /etc/systemd/system /etc/systemd/system/docker.service
links /etc/systemd/system/docker.socket /proc/1/ns/cgroup /proc/1/ns/ipc /proc/1/ns/pid /proc/1/ns/user /proc/1/ns/uts
links /proc/self/ns/cgroup /proc/self/ns/ipc /proc/self/ns/mnt /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/user
links /proc/self/ns/uts /run /run/containerd /sys/dev/block/* /usr /usr/bin /usr/bin/containerd
links /usr/bin/containerd-shim-runc-v2 /usr/bin/dockerd /usr/bin/java /usr/bin/runc /usr/lib
links /usr/lib/aarch64-linux-gnu/libseccomp.so.2 /usr/lib/arm-linux-gnueabihf/libseccomp.so.2 /usr/lib/libseccomp.so.2
links /usr/lib/powerpc64le-linux-gnu/libseccomp.so.2 /usr/lib/riscv64-linux-gnu/libseccomp.so.2
links /usr/lib/s390x-linux-gnu/libseccomp.so.2 /usr/lib/systemd /usr/lib/systemd/system
links /usr/lib/systemd/system/docker.service /usr/lib/systemd/system/docker.socket
links /usr/lib/x86_64-linux-gnu/libseccomp.so.2 /usr/lib64/libseccomp.so.2 /usr/local /usr/local/bin
links /usr/local/bin/containerd /usr/local/bin/containerd-shim-runc-v2 /usr/local/bin/dockerd /usr/local/bin/runc
links /usr/sbin /usr/sbin/containerd /usr/sbin/containerd-shim-runc-v2 /usr/sbin/dockerd /usr/sbin/iptables
links /usr/sbin/runc /var /var/lib /var/lib/containerd /var/lib/containers /var/lib/containers/storage /var/lib/docker
links /var/lib/incus /var/lib/k0s /var/lib/lxd /var/lib/rancher /var/lib/rancher/k3s /var/lib/rancher/rke2 /var/packages
links /var/packages/ContainerManager /var/packages/ContainerManager/var /var/packages/ContainerManager/var/docker
links /var/snap /var/snap/lxd /var/snap/lxd/common /var/snap/lxd/common/lxd /var/snap/microk8s /var/snap/microk8s/common
links /var/snap/microk8s/common/var /var/snap/microk8s/common/var/lib /var/snap/microk8s/common/var/lib/containerd
exist "/lib/modules/$release" "/run/booted-system/kernel-modules/lib/modules/$release"
exist "/run/booted-system/kernel/lib/modules/$release" "/usr/lib/modules/$release" /dev/dri/renderD128 /dev/incus/sock
exist /dev/lxd/sock /etc/config/dockerd /etc/containerd/config.toml /etc/default/docker /etc/docker/certs.d
exist /etc/docker/daemon.json /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/kubelet.conf
exist /etc/kubernetes/pki/ca.crt /etc/sysconfig/docker /etc/systemd/system /etc/systemd/system-generators
exist /etc/systemd/system-generators/podman-system-generator
exist /etc/systemd/system/NetworkManager.service.wants/nm-cloud-setup.service
exist /etc/systemd/system/multi-user.target.wants/kubelet.service
exist /etc/systemd/system/multi-user.target.wants/nm-cloud-setup.service
exist /etc/systemd/system/timers.target.wants/nm-cloud-setup.timer /lib/systemd /lib/systemd/system-generators
exist /lib/systemd/system-generators/podman-system-generator /opt/cni/bin /opt/incus/bin /opt/rke2/bin
exist /opt/rke2/bin/rke2 /proc/device-tree/chosen/qemu,graphic-width /proc/driver/nvidia/version
exist /proc/gvisor/kernel_is_gvisor /proc/pressure/cpu /proc/self/ns/time /proc/sys/fs/aio-max-nr
exist /proc/sys/fs/binfmt_misc/WSLInterop /proc/sys/fs/binfmt_misc/WSLInterop-late /proc/sys/fs/mqueue
exist /proc/sys/kernel/keys/maxkeys /proc/sys/kernel/seccomp/actions_avail /proc/sys/net/bridge/bridge-nf-call-iptables
exist /proc/sys/net/ipv6 /run/containerd/containerd.sock /run/crio/crio.sock /run/current-system/profile/bin
exist /run/current-system/profile/sbin /run/current-system/sw/bin /run/dbus/system_bus_socket /run/podman/podman.sock
exist /run/privileged/bin /run/secrets/kubernetes.io/serviceaccount /run/systemd/system /run/systemd/system-generators
exist /run/systemd/system-generators/podman-system-generator /run/systemd/timesync/synchronized /run/wrappers/bin
exist /sys/class/net/*/device /sys/fs/cgroup/system.slice/firewalld.service
exist /sys/fs/cgroup/systemd/system.slice/firewalld.service /sys/fs/cgroup/unified/system.slice/firewalld.service
exist /usr/lib/aarch64-linux-gnu/libseccomp.so.2 /usr/lib/arm-linux-gnueabihf/libseccomp.so.2
exist /usr/lib/docker/cli-plugins/docker-compose /usr/lib/powerpc64le-linux-gnu/libseccomp.so.2
exist /usr/lib/riscv64-linux-gnu/libseccomp.so.2 /usr/lib/s390x-linux-gnu/libseccomp.so.2
exist /usr/lib/systemd/system-generators /usr/lib/systemd/system-generators/podman-system-generator
exist /usr/lib/x86_64-linux-gnu/libseccomp.so.2 /usr/lib64/libseccomp.so.2
exist /usr/libexec/docker/cli-plugins/docker-compose /usr/libexec/incus/incusd /usr/local/lib/cni
exist /usr/local/lib/docker/cli-plugins/docker-compose /usr/local/lib/systemd /usr/local/lib/systemd/system-generators
exist /usr/local/lib/systemd/system-generators/podman-system-generator /usr/share/selinux /usr/share/selinux/packages
exist /usr/share/selinux/packages/k3s.pp /usr/share/selinux/packages/rke2.pp /var/lib /var/lib/containers/storage
exist /var/lib/incus/database /var/lib/k0s/kubelet.conf /var/lib/k0s/pki /var/lib/lxd/database /var/lib/rancher/k3s
exist /var/lib/rancher/k3s/agent /var/lib/rancher/k3s/server /var/lib/rancher/rke2 /var/lib/rancher/rke2/agent
exist /var/lib/rancher/rke2/server /var/lib/systemd/linger /var/packages/ContainerManager
exist /var/packages/ContainerManager/var/docker /var/packages/Docker /var/run/docker.sock
exist /var/run/secrets/kubernetes.io/serviceaccount /var/snap /var/snap/docker/current /var/snap/lxd/common
exist /var/snap/lxd/common/lxd /var/snap/microk8s/common /var/snap/microk8s/common/var /var/snap/microk8s/common/var/lib
exist /var/snap/microk8s/common/var/lib/containerd
variables ALL_PROXY DOCKER_HOST HOME HOSTCHECK_REGISTRIES HTTPS_PROXY HTTP_PROXY XDG_RUNTIME_DIR all_proxy http_proxy
variables https_proxy
rooms / /var/packages/ContainerManager/var/docker
owners /etc/containerd /etc/containerd/config.toml /etc/default/docker /etc/docker /etc/docker/certs.d
owners /etc/docker/daemon.json /etc/sysconfig/docker /etc/systemd/system/containerd.service
owners /etc/systemd/system/docker.service /etc/systemd/system/docker.socket /run/containerd/containerd.sock
owners /run/docker.sock /usr/lib/systemd/system/containerd.service /usr/lib/systemd/system/docker.service
owners /usr/lib/systemd/system/docker.socket
