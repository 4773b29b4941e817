"""Files as people bring them, with hosts where they fit, do not, or it is unknown, and the source of what is right."""

from dataclasses import dataclass

K8S = "https://kubernetes.io/docs"
SPEC = "https://github.com/compose-spec/compose-spec/blob/main"
NOMAD = "https://developer.hashicorp.com/nomad/docs/job-specification"
FITS, NOT, OPEN = "fits", "does not fit", "cannot tell"


@dataclass(frozen=True)
class Case:
    """A file, hosts, and what is right.

    Attributes:
        name: of the case.
        source: of what is right.
        files: texts by name; the first of them is asked about, or all where ``asked`` says so.
        outcome: what is right.
        hosts: facts of each host beside the usual ones; "attributes" and "paths" are not facts.
        where: the host of each instance of the first workload; None where it is not looked at.
        says: what the answer has somewhere: a rule, what was found, what helps.
        asked: the files that are named.
    """

    name: str
    source: str
    files: dict
    outcome: str
    hosts: tuple = ({},)
    where: tuple | None = None
    says: str = ""
    asked: tuple = ()


def pod(spec: str, kind: str = "Pod", more: str = "") -> str:
    """Make a manifest: of a pod, or of a controller with labels and a selector."""
    if kind == "Pod":
        return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {spec}\n"
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  {more}\n"
        "  selector: {matchLabels: {app: web}}\n"
        f"  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {spec}\n"
    )


def asks(memory: str = "", cpu: str = "", more: str = "", name: str = "a") -> str:
    """Make a container that requests memory and CPUs."""
    wanted = ", ".join(f"{key}: {value}" for key, value in (("memory", memory), ("cpu", cpu)) if value)
    return f"{{name: {name}, image: {name}, resources: {{requests: {{{wanted}}}}}{more}}}"


def compose(services: str, rest: str = "") -> dict:
    """Make a Compose file of services in flow style."""
    return {"compose.yaml": f"services: {{{services}}}\n{rest}"}


def spread(key: str, when: str = "DoNotSchedule") -> str:
    """Make a constraint on how evenly pods are spread."""
    return (
        f"topologySpreadConstraints: [{{maxSkew: 1, topologyKey: {key}, whenUnsatisfiable: {when}, "
        "labelSelector: {matchLabels: {app: web}}}]"
    )


def claim(size: str, storage_class: str = "storageClassName: manual, ") -> str:
    """Make a claim of a volume, for a pod that mounts it."""
    return (
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
        f"spec: {{{storage_class}accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}}}\n"
    )


def volume(spec: str) -> str:
    """Make a volume of 10 GiB."""
    return (
        "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk}\n"
        f"spec: {{storageClassName: manual, capacity: {{storage: 10Gi}}, accessModes: [ReadWriteOnce], {spec}}}\n"
    )


MOUNTS = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"


def volumes(*specs: str) -> str:
    """Make volumes of 10 GiB."""
    return "".join(volume(spec).replace("name: disk", f"name: disk-{number}") for number, spec in enumerate(specs))


def local(host: str, path: str = "/mnt/disk") -> str:
    """Make what a local volume of a host is."""
    return f"local: {{path: {path}}}, {ON_A.replace('[a]', f'[{host}]')}"


CLAIMING = pod(
    f"{{containers: [{asks(more=', volumeMounts: [{name: data, mountPath: /a}]')}]}}",
    "StatefulSet",
    "replicas: 2\n  serviceName: web\n  volumeClaimTemplates: [{metadata: {name: data}, spec: "
    "{storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]",
)
ON_A = (
    "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, "
    "operator: In, values: [a]}]}]}}"
)
QUOTA = "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {%s}}\n"
RANGE = "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{type: Container, %s}]}\n"
TAINTED = {"attributes": {"taint": "dedicated=gpu:NoSchedule"}}
JOB = (
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: web}\nspec: {%s, "
    "template: {spec: {restartPolicy: Never, containers: [%s]}}}\n"
)

KUBERNETES = (
    Case(
        "the largest init container counts, not the sum",
        f"{K8S}/concepts/workloads/pods/init-containers/#resource-sharing-within-containers",
        {
            "web.yaml": pod(
                f"{{initContainers: [{asks('6Gi', name='i')}], containers: [{asks('1Gi')}, {asks('1Gi', name='b')}]}}"
            )
        },
        FITS,
    ),
    Case(
        "a sidecar counts beside the containers",
        f"{K8S}/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers",
        {
            "web.yaml": pod(
                f"{{initContainers: [{asks('4Gi', more=', restartPolicy: Always', name='s')}], "
                f"containers: [{asks('4Gi')}]}}"
            )
        },
        NOT,
    ),
    Case(
        "the overhead of a runtime counts",
        f"{K8S}/concepts/scheduling-eviction/pod-overhead/",
        {"web.yaml": pod(f"{{overhead: {{memory: 250Mi}}, containers: [{asks('7900Mi')}]}}")},
        NOT,
    ),
    Case(
        "requests of the pod stand for those of its containers",
        f"{K8S}/tasks/configure-pod-container/assign-pod-level-resources/",
        {"web.yaml": pod(f"{{resources: {{requests: {{memory: 9Gi}}}}, containers: [{asks('1Gi')}]}}")},
        NOT,
    ),
    Case(
        "three pods on two hosts are even enough",
        f"{K8S}/concepts/scheduling-eviction/topology-spread-constraints/",
        {
            "web.yaml": pod(
                f"{{{spread('kubernetes.io/hostname')}, containers: [{asks(cpu='1')}]}}", "Deployment", "replicas: 3"
            )
        },
        FITS,
        ({}, {}),
        ("a", "b", "a"),
    ),
    Case(
        "a host that has no room keeps others from a second pod",
        f"{K8S}/concepts/scheduling-eviction/topology-spread-constraints/",
        {
            "web.yaml": pod(
                f"{{{spread('kubernetes.io/hostname')}, containers: [{asks(cpu='1')}]}}", "Deployment", "replicas: 2"
            )
        },
        NOT,
        ({}, {"hw__cpus": 0}),
    ),
    Case(
        "zones that are not known leave it open",
        f"{K8S}/concepts/scheduling-eviction/topology-spread-constraints/",
        {
            "web.yaml": pod(
                f"{{{spread('topology.kubernetes.io/zone')}, containers: [{asks(cpu='1')}]}}",
                "Deployment",
                "replicas: 2",
            )
        },
        OPEN,
        ({}, {}),
    ),
    Case(
        "zones that are named are spread over",
        f"{K8S}/concepts/scheduling-eviction/topology-spread-constraints/",
        {
            "web.yaml": pod(
                f"{{{spread('topology.kubernetes.io/zone')}, containers: [{asks(cpu='3')}]}}",
                "Deployment",
                "replicas: 2",
            )
        },
        FITS,
        (
            {"attributes": {"topology.kubernetes.io/zone": "north"}},
            {"attributes": {"topology.kubernetes.io/zone": "south"}},
        ),
        ("a", "b"),
    ),
    Case(
        "ScheduleAnyway is a wish",
        f"{K8S}/concepts/scheduling-eviction/topology-spread-constraints/",
        {
            "web.yaml": pod(
                f"{{{spread('kubernetes.io/hostname', 'ScheduleAnyway')}, containers: [{asks(cpu='1')}]}}",
                "Deployment",
                "replicas: 3",
            )
        },
        FITS,
    ),
    Case(
        "a claim of a class that the cluster has is open",
        f"{K8S}/concepts/storage/persistent-volumes/#class-1",
        {"web.yaml": pod(f"{{{MOUNTS}, containers: [{asks()}]}}") + claim("8Gi", "")},
        OPEN,
    ),
    Case(
        "a claim is bound to the volume of the file",
        f"{K8S}/tasks/configure-pod-container/configure-persistent-volume-storage/",
        {
            "web.yaml": pod(f"{{{MOUNTS}, containers: [{asks()}]}}")
            + claim("3Gi")
            + volume("hostPath: {path: /mnt/data}")
        },
        FITS,
    ),
    Case(
        "a claim that is larger than every volume of its class waits for ever",
        f"{K8S}/concepts/storage/persistent-volumes/#binding",
        {
            "web.yaml": pod(f"{{{MOUNTS}, containers: [{asks()}]}}")
            + claim("20Gi")
            + volume("hostPath: {path: /mnt/data}")
        },
        OPEN,
    ),
    Case(
        "a claim that is nowhere is open",
        f"{K8S}/concepts/storage/persistent-volumes/#claims-as-volumes",
        {"web.yaml": pod(f"{{{MOUNTS}, containers: [{asks()}]}}")},
        OPEN,
    ),
    Case(
        "a local volume decides the host",
        f"{K8S}/concepts/storage/volumes/#local",
        {
            "web.yaml": pod(f"{{{MOUNTS}, containers: [{asks()}]}}")
            + claim("3Gi")
            + volume(f"local: {{path: /mnt/disk}}, {ON_A}")
        },
        FITS,
        ({"paths": ("/mnt/disk",)}, {"paths": ("/mnt/disk",)}),
        ("a",),
    ),
    Case(
        "a local volume has to be there",
        f"{K8S}/concepts/storage/volumes/#local",
        {
            "web.yaml": pod(f"{{{MOUNTS}, containers: [{asks()}]}}")
            + claim("3Gi")
            + volume(f"local: {{path: /mnt/disk}}, {ON_A}")
        },
        NOT,
        ({"paths": ()}, {"paths": ("/mnt/disk",)}),
    ),
    *(
        Case(
            f"what a StatefulSet claims of the file's volumes: {name}",
            f"{K8S}/concepts/workloads/controllers/statefulset/#stable-storage",
            {"web.yaml": CLAIMING + volumes(*specs)},
            outcome,
            ({"paths": ("/mnt/disk",)}, {"paths": ("/mnt/disk",)}, {"paths": ()}),
            where,
            says,
        )
        for name, specs, outcome, where, says in (
            ("one on each host", (local("a"), local("b")), FITS, ("a", "b"), ""),
            ("two on one host", (local("b"), local("b")), FITS, ("b", "b"), ""),
            ("a disk that is absent", (local("a"), local("c")), NOT, None, "/mnt/disk"),
            ("too few", (local("a"),), OPEN, None, "the file has 1 volume for them"),
            ("more, on hosts of their own", (local("a"), local("b"), local("c")), OPEN, None, "which of the volumes"),
            ("folders of two kinds", (local("a"), local("b", "/mnt/other")), OPEN, None, "the volumes differ"),
            ("on every host", ("hostPath: {path: /srv/x}", "hostPath: {path: /srv/x}"), FITS, ("a", "b"), ""),
            ("reserved for others", (local("a"), f"{local('b')}, claimRef: {{name: x}}"), OPEN, None, "1 volume"),
            (
                "reserved for its own",
                (f"{local('a')}, claimRef: {{name: data-web-1}}", f"{local('b')}, claimRef: {{name: data-web-0}}"),
                FITS,
                ("a", "b"),
                "",
            ),
        )
    ),
    Case(
        "what a StatefulSet claims is made by the cluster's class",
        f"{K8S}/concepts/workloads/controllers/statefulset/#stable-storage",
        {
            "web.yaml": pod(
                f"{{containers: [{asks(more=', volumeMounts: [{name: data, mountPath: /a}]')}]}}",
                "StatefulSet",
                "serviceName: web\n  volumeClaimTemplates: [{metadata: {name: data}, "
                "spec: {resources: {requests: {storage: 1Gi}}}}]",
            )
        },
        OPEN,
    ),
    Case(
        "a DaemonSet that tolerates a taint runs on each host",
        f"{K8S}/concepts/scheduling-eviction/taint-and-toleration/",
        {
            "web.yaml": pod(
                f"{{tolerations: [{{key: dedicated, operator: Exists}}], containers: [{asks(cpu='1')}]}}",
                "DaemonSet",
                "minReadySeconds: 0",
            )
        },
        FITS,
        ({}, TAINTED),
        ("a", "b"),
    ),
    Case(
        "a DaemonSet passes over a host whose taint it does not tolerate",
        f"{K8S}/concepts/scheduling-eviction/taint-and-toleration/",
        {"web.yaml": pod(f"{{containers: [{asks(cpu='1')}]}}", "DaemonSet", "minReadySeconds: 0")},
        FITS,
        ({}, TAINTED),
        ("a",),
    ),
    Case(
        "a pod does not go where a taint is that it does not tolerate",
        f"{K8S}/concepts/scheduling-eviction/taint-and-toleration/",
        {
            "web.yaml": pod(
                f"{{tolerations: [{{key: dedicated, value: web, effect: NoSchedule}}], containers: [{asks(cpu='1')}]}}"
            )
        },
        NOT,
        (TAINTED,),
    ),
    Case(
        "a taint of PreferNoSchedule is a wish",
        f"{K8S}/concepts/scheduling-eviction/taint-and-toleration/",
        {"web.yaml": pod(f"{{containers: [{asks(cpu='1')}]}}")},
        FITS,
        ({"attributes": {"taint": "a=b:PreferNoSchedule"}},),
    ),
    Case(
        "a Job has no more pods than completions",
        f"{K8S}/concepts/workloads/controllers/job/#controlling-parallelism",
        {"web.yaml": JOB % ("parallelism: 5, completions: 2", asks(cpu="3"))},
        FITS,
        ({}, {}),
    ),
    Case(
        "a Job that is suspended has no pods",
        f"{K8S}/concepts/workloads/controllers/job/#suspending-a-job",
        {"web.yaml": JOB % ("suspend: true", asks(cpu="64"))},
        FITS,
    ),
    Case(
        "a CronJob whose pods run for ever is refused",
        f"{K8S}/concepts/workloads/controllers/cron-jobs/",
        {
            "web.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: web}\nspec: {schedule: '* * * * *', "
            "jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: a}]}}}}}\n"
        },
        NOT,
        says="kubernetes/restart-policy",
    ),
    Case(
        "requests that a LimitRange gives by default",
        f"{K8S}/tasks/administer-cluster/manage-resources/memory-default-namespace/",
        {
            "web.yaml": pod("{containers: [{name: a, image: a}]}", "Deployment", "replicas: 2")
            + RANGE % "default: {memory: 6Gi}, defaultRequest: {memory: 5Gi}"
        },
        NOT,
    ),
    Case(
        "a limit above the maximum of a LimitRange is refused",
        f"{K8S}/tasks/administer-cluster/manage-resources/memory-constraint-namespace/",
        {
            "web.yaml": pod("{containers: [{name: a, image: a, resources: {limits: {memory: 2Gi}}}]}")
            + RANGE % "max: {memory: 1Gi}"
        },
        NOT,
        says="kubernetes/limit-range",
    ),
    Case(
        "more pods than a ResourceQuota allows",
        f"{K8S}/tasks/administer-cluster/manage-resources/quota-pod-namespace/",
        {"web.yaml": pod("{containers: [{name: a, image: a}]}", "Deployment", "replicas: 3") + QUOTA % 'pods: "2"'},
        NOT,
        says="kubernetes/quota",
    ),
    Case(
        "requests within a ResourceQuota",
        f"{K8S}/concepts/policy/resource-quotas/",
        {
            "web.yaml": pod(f"{{containers: [{asks('1Gi', '500m')}]}}", "Deployment", "replicas: 2")
            + QUOTA % 'requests.cpu: "1", requests.memory: 2Gi'
        },
        FITS,
    ),
    Case(
        "a quota of requests refuses a pod without them",
        f"{K8S}/tasks/administer-cluster/manage-resources/quota-memory-cpu-namespace/",
        {"web.yaml": pod("{containers: [{name: a, image: a}]}") + QUOTA % "requests.memory: 2Gi"},
        NOT,
        says="kubernetes/quota",
    ),
    Case(
        "one of several terms of node affinity is enough",
        f"{K8S}/concepts/scheduling-eviction/assign-pod-node/#node-affinity",
        {
            "web.yaml": pod(
                "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                "[{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}, "
                "{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [b]}]}]}}}, "
                f"containers: [{asks()}]}}"
            )
        },
        FITS,
        ({"attributes": {"disk": "hdd"}}, {"attributes": {"disk": "hdd"}}),
        ("b",),
    ),
    Case(
        "a pod that has to be beside one of the file goes there",
        f"{K8S}/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
        {
            "web.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: store, labels: {app: store}}\n"
            f"spec: {{nodeName: b, containers: [{asks()}]}}\n---\n"
            + pod(
                "{affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
                f"kubernetes.io/hostname, labelSelector: {{matchLabels: {{app: store}}}}}}]}}}}, "
                f"containers: [{asks()}]}}"
            )
        },
        FITS,
        ({}, {}),
        ("b",),
    ),
    Case(
        "the pods of a host's network hold its ports",
        f"{K8S}/concepts/configuration/overview/",
        {"web.yaml": pod("{hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 22}]}]}")},
        NOT,
    ),
    Case(
        "a graphics processor that is not there",
        f"{K8S}/tasks/manage-gpus/scheduling-gpus/",
        {"web.yaml": pod("{containers: [{name: a, image: a, resources: {limits: {nvidia.com/gpu: 1}}}]}")},
        NOT,
        ({"gpu__devices": {"nvidia": False, "amd": False}},),
    ),
)


def job(group: str, of_job: str = "", task: str = "") -> dict:
    """Make a job of Nomad with one group."""
    if "image =" not in task:
        image = 'config {\nimage = "a"\n'
        task = task.replace("config {\n", image) if "config {" in task else f"{image}}}\n{task}"
    inner = f'driver = "docker"\n{task}'
    text = f'job "web" {{\n{of_job}\ngroup "g" {{\n{group}\ntask "t" {{\n{inner}\n}}\n}}\n}}\n'
    return {"web.nomad": text}


def constraint(attribute: str, value: str, operator: str = "=") -> str:
    """Make a constraint of Nomad."""
    return f'constraint {{\nattribute = "${{{attribute}}}"\noperator = "{operator}"\nvalue = "{value}"\n}}'


_LACKS = ({"virt.capabilities_dropped": ("sys_admin",), "security.apparmor": False},)


def _init(more: str) -> dict:
    return {
        "web.yaml": pod(f"{{initContainers: [{{name: b, image: b, {more}}}], containers: [{{name: a, image: a}}]}}")
    }


def _scaled(of_deployment: str, of_scaler: str) -> dict:
    target = "{apiVersion: apps/v1, kind: Deployment, name: web}"
    return {
        "web.yaml": pod(f"{{containers: [{asks('3Gi')}]}}", "Deployment", of_deployment)
        + "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        + f"spec: {{scaleTargetRef: {target}, {of_scaler}, maxReplicas: 9}}\n"
    }


KUBERNETES_NODES = (
    *(
        Case(
            f"an autoscaler leaves {least} of {own or 'one'}",
            f"{K8S}/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
            _scaled(own, least),
            outcome,
        )
        for own, least, outcome in (
            ("", "minReplicas: 3", NOT),
            ("", "minReplicas: 2", FITS),
            ("replicas: 3", "minReplicas: 1", NOT),
            ("replicas: 0", "minReplicas: 3", FITS),
        )
    ),
    Case(
        "an init container has privileges of its own",
        f"{K8S}/concepts/workloads/pods/init-containers/",
        _init("securityContext: {privileged: true}"),
        OPEN,
        _LACKS,
    ),
    Case(
        "a sidecar has ports of the host",
        f"{K8S}/concepts/workloads/pods/sidecar-containers/",
        _init("restartPolicy: Always, ports: [{containerPort: 22, hostPort: 22}]"),
        NOT,
    ),
    Case(
        "a kubelet takes 110 pods",
        f"{K8S}/reference/config-api/kubelet-config.v1beta1/",
        {"web.yaml": pod("{containers: [{name: a, image: a}]}", "Deployment", "replicas: 111")},
        NOT,
    ),
    Case(
        "two kubelets take 220 pods",
        f"{K8S}/reference/config-api/kubelet-config.v1beta1/",
        {"web.yaml": pod("{containers: [{name: a, image: a}]}", "Deployment", "replicas: 220")},
        FITS,
        ({}, {}),
    ),
    Case(
        "AppArmor of the pod is that of its containers",
        f"{K8S}/tutorials/security/apparmor/",
        {
            "web.yaml": pod(
                "{securityContext: {appArmorProfile: {type: RuntimeDefault}}, containers: [{name: a, image: x}]}"
            )
        },
        NOT,
        _LACKS,
    ),
    Case(
        "a profile of seccomp that only nodes have",
        f"{K8S}/tutorials/security/seccomp/",
        {
            "web.yaml": pod(
                "{containers: [{name: a, image: x}], "
                "securityContext: {seccompProfile: {type: Localhost, localhostProfile: a}}}"
            )
        },
        OPEN,
    ),
    Case(
        "a pod for Windows",
        f"{K8S}/concepts/workloads/pods/#pod-os",
        {"web.yaml": pod("{os: {name: windows}, containers: [{name: a, image: a}]}")},
        NOT,
    ),
)
SLOW = {"attributes": {"attr.cpu.totalcompute": "8000"}}
NOMAD_CASES = (
    *(
        Case(
            f"what Docker's driver has to be set up for: {config} {given}",
            "https://developer.hashicorp.com/nomad/docs/drivers/docker#plugin-options",
            job("", task=f'config {{\nimage = "a"\n{config}\n}}'),
            outcome,
            ({"attributes": given, "paths": ("/srv",)},),
        )
        for config, given, outcome in (
            ("privileged = true", {}, OPEN),
            ("privileged = true", {"attr.driver.docker.privileged.enabled": "true"}, FITS),
            ("privileged = true", {"attr.driver.docker.privileged.enabled": "false"}, NOT),
            ("privileged = false", {}, FITS),
            ('volumes = ["/srv:/srv"]', {}, OPEN),
            ('volumes = ["/srv:/srv"]', {"attr.driver.docker.volumes.enabled": "true"}, FITS),
            ('volumes = ["local/a:/srv", "named:/data"]', {}, FITS),
            ('mount {\ntype = "bind"\nsource = "/srv"\ntarget = "/srv"\n}', {}, OPEN),
        )
    ),
    Case(
        "a number of instances in a file beside the job",
        f"{NOMAD}/hcl2/functions/file/file",
        {**job('count = jsondecode(file("settings.json")).count'), "settings.json": '{"count": 0}'},
        FITS,
    ),
    *(
        Case(
            f"an expression: {expression}",
            f"{NOMAD}/constraint#operator-values",
            job(constraint("attr.cpu.arch", expression, "regexp")),
            outcome,
        )
        for expression, outcome in (
            (r"^amd\\d+$", FITS),
            (r"\u0061md64", FITS),
            ("arm", NOT),
            ("*bad", OPEN),
            ("^[[:alpha:]]+64$", OPEN),
            (r"amd64\\z", OPEN),
            ("(a|a)*b", OPEN),
            (".*.*.*.*.*b", OPEN),
        )
    ),
    *(
        Case(f"Nomad: {name}", NOMAD, job(group, task=task), outcome)
        for name, group, task, outcome in (
            ("a value of a variable", constraint("attr.cpu.arch", "${var.a}"), "", OPEN),
            ("a path of a variable", "", 'config {\nvolumes = ["${var.a}:/a"]\n}', OPEN),
            ("a folder of the task", "", 'config {\nvolumes = ["local/a:/a"]\n}', FITS),
            ("privileges of a variable", "", "config {\nprivileged = var.a\n}", OPEN),
            ("a runtime", "", 'config {\nruntime = "runsc"\n}', OPEN),
        )
    ),
    Case(
        "a device that is no graphics processor",
        f"{NOMAD}/device",
        job("", task='resources {\ndevice "1912/usb" {}\n}'),
        OPEN,
        ({"gpu.devices": {"nvidia": True}},),
    ),
    Case(
        "a static port that is held",
        f"{NOMAD}/network",
        job('network {\nport "http" { static = 22 }\n}', task='config {\nimage = "a"\nports = ["http"]\n}'),
        NOT,
    ),
    Case(
        "distinct hosts for more instances than hosts",
        f"{NOMAD}/constraint",
        job("count = 3\nconstraint { distinct_hosts = true }"),
        NOT,
        ({}, {}),
    ),
    Case("a spread is a wish", f"{NOMAD}/spread", job('count = 2\nspread { attribute = "${node.datacenter}" }'), FITS),
    Case(
        "an affinity is a wish",
        f"{NOMAD}/affinity",
        job('affinity {\nattribute = "${meta.disk}"\nvalue = "ssd"\nweight = 100\n}'),
        FITS,
    ),
    *(
        Case(
            f"a proxy of Consul's mesh: {name}",
            f"{NOMAD}/sidecar_task",
            job(f'service {{\nname = "a"\nconnect {{\n{connect}\n}}\n}}', task=f"resources {{ memory = {memory} }}"),
            outcome,
            says=says,
        )
        for name, connect, memory, outcome, says in (
            ("with its default memory", "sidecar_service {}", 8000, OPEN, "Consul"),
            ("that has no room", "sidecar_service {}", 8100, NOT, "128 MB for the proxy"),
            (
                "with its own memory",
                "sidecar_service {}\nsidecar_task {\nresources { memory = 64 }\n}",
                8100,
                OPEN,
                "64",
            ),
            ("that is the task's own", "native = true", 8192, OPEN, "Consul"),
        )
    ),
    *(
        Case(f"CPU in MHz: {name}", f"{NOMAD}/resources", job(group, task=task), outcome, (host,), says=says)
        for name, group, task, host, outcome, says in (
            ("of all instances together", "count = 3", "resources { cpu = 4000 }", {}, NOT, "web/g: CPU in MHz"),
            ("its default", "count = 96", "resources { memory = 10 }", {}, FITS, "100 MHz, by default"),
            ("one too many of its default", "count = 97", "resources { memory = 10 }", {}, NOT, "of web/g"),
            ("that is not known", "", "", {"hw__cpu_mhz": None}, OPEN, "a:attr.cpu.totalcompute=MHZ"),
            ("as the client says it", "", "resources { cpu = 9000 }", SLOW, NOT, "the client has 8000 MHz"),
            (
                "beside a task with cores",
                'task "o" {\ndriver = "docker"\nconfig { image = "a" }\nresources { cores = 1 }\n}',
                "resources { cpu = 100 }",
                {},
                OPEN,
                "cores that another task has",
            ),
        )
    ),
    Case("a job for Windows", f"{NOMAD}/constraint", job(constraint("attr.kernel.name", "windows")), NOT),
    Case(
        "more cores than the host has",
        f"{NOMAD}/constraint",
        job(constraint("attr.cpu.numcores", "8", ">=")),
        NOT,
    ),
    Case(
        "as many cores as the host has",
        f"{NOMAD}/constraint",
        job(constraint("attr.cpu.numcores", "4", ">=")),
        FITS,
    ),
    Case(
        "numbers are compared as numbers",
        f"{NOMAD}/constraint",
        job(constraint("meta.rack", "9", ">")),
        FITS,
        ({"attributes": {"meta.rack": "10"}},),
    ),
    Case(
        "what is a number to Python alone is compared as text",
        f"{NOMAD}/constraint; nomad scheduler/feasible.go (checkOrder)",
        job(constraint("meta.rack", "2", ">")),
        NOT,
        ({"attributes": {"meta.rack": "1_000"}},),
    ),
    Case(
        "a port that the group does not have",
        f"{NOMAD}/network#network-parameters; https://developer.hashicorp.com/nomad/docs/drivers/docker#ports",
        job('network {\nport "http" {}\n}', task='config {\nimage = "a"\nports = ["https"]\n}'),
        NOT,
        says="nomad/undefined-port",
    ),
    *(
        Case(
            f"{outcome} in {of} of {attributes}",
            f"{NOMAD}/job#{of.split()[0]}",
            job("", of),
            outcome,
            ({"attributes": attributes},),
        )
        for of, attributes, outcome in (
            ('datacenters = ["dc1"]', {}, FITS),
            ('datacenters = ["*"]', {}, FITS),
            ('datacenters = ["north", "dc1"]', {}, FITS),
            ('datacenters = ["north"]', {}, OPEN),
            ('datacenters = ["north"]', {"node.datacenter": "north"}, FITS),
            ('datacenters = ["eu-*"]', {"node.datacenter": "eu-2"}, FITS),
            ('datacenters = ["dc1"]', {"node.datacenter": "north"}, NOT),
            ("datacenters = [var.dc]", {}, OPEN),
            ('node_pool = "default"', {}, FITS),
            ('node_pool = "all"', {}, FITS),
            ('node_pool = "gpu"', {}, OPEN),
            ('node_pool = "gpu"', {"node.pool": "cpu"}, NOT),
        )
    ),
    *(
        Case(
            f"{kind} {wanted} of {value}",
            f"{NOMAD}/constraint#operator-values",
            job(constraint("attr.driver.docker.version", wanted, kind)),
            outcome,
            ({"attributes": {"attr.driver.docker.version": value}},),
        )
        for kind, wanted, value, outcome in (
            ("version", ">= 20.10", "20.10.24", FITS),
            ("version", ">= 20.10, < 24", "26.1", NOT),
            ("version", "~> 20.10", "20.11", FITS),
            ("version", "~> 20.10.0", "20.11", NOT),
            ("version", ">= 1.5", "1.6.0-beta1", NOT),
            ("version", ">=1.5", "1.6.0", FITS),
            ("version", "<=1.5", "1.6.0", NOT),
            ("semver", ">= 1.5", "1.6.0-beta1", FITS),
            ("semver", "< 1.6.0-beta.2", "1.6.0-beta.10", NOT),
            ("version", ">= 9", "10.0", FITS),
            ("version", ">= 1", "none", NOT),
        )
    ),
    Case(
        "a constraint of a task is one of its group",
        f"{NOMAD}/constraint",
        job("", task=constraint("attr.cpu.arch", "arm64")),
        NOT,
    ),
    Case("a job of each host", f"{NOMAD}/job#type", job("", 'type = "system"'), FITS, ({}, {}), ("a", "b")),
    Case(
        "set_contains wants all values",
        f"{NOMAD}/constraint#set_contains",
        job(constraint("meta.roles", "web,db", "set_contains")),
        NOT,
        ({"attributes": {"meta.roles": "web,cache"}},),
    ),
)

COMPOSE = (
    Case(
        "no graphics processor of a driver that may be there",
        "https://github.com/moby/moby/blob/master/daemon/devices.go",
        compose("web: {image: a, gpus: [{driver: nvidia, count: 0}]}"),
        OPEN,
        says="none is asked for",
    ),
    *(
        Case(f"Compose: {services}", SPEC, compose(services, rest), outcome, says=says)
        for services, rest, outcome, says in (
            ("a: {image: a, container_name: c}, b: {image: a, container_name: c}", "", NOT, "compose/twice"),
            (
                "a: {image: a, networks: {n: &n {ipv4_address: 10.5.0.5}}}, b: {image: a, networks: {n: *n}}",
                "networks: {n: {}}",
                NOT,
                "compose/twice",
            ),
            ("a: {image: a, links: ['b:c']}", "", NOT, "compose/unknown-dependency"),
            ("a: {image: a, volumes_from: ['b:ro']}", "", NOT, "compose/unknown-dependency"),
            ("a: {image: a, network_mode: 'service:b'}", "", NOT, "compose/unknown-dependency"),
            ("a: {image: a, links: [b]}, b: {image: b, links: [a]}", "", NOT, "compose/dependency-cycle"),
            ("a: {image: a, volumes_from: ['container:b']}", "", OPEN, "Another container"),
            ("a: {image: a, network_mode: 'container:b'}", "", OPEN, "Another container"),
            ("a: {image: a, network_mode: none, ports: ['22:22']}", "", FITS, ""),
            ("a: {image: a, runtime: runsc}", "", OPEN, "A runtime"),
            ("a: {image: a, runtime: runc}", "", FITS, ""),
            ("a: {build: ./absent}", "", OPEN, "The folder of the build"),
            ("a: {build: 'https://example.org/a.git'}", "", FITS, ""),
            ("a: {image: a, security_opt: ['seccomp:./absent.json']}", "", OPEN, "A file of the host"),
            ("a: {image: a, security_opt: ['seccomp:unconfined']}", "", FITS, ""),
            ("a: {image: a, storage_opt: {size: 1G}}", "", OPEN, "An option of the storage"),
            ("a: {image: a, mem_limit: 1m}", "", NOT, "compose/refused"),
            ("a: {image: a, mem_limit: 1g, memswap_limit: 512m}", "", NOT, "compose/refused"),
            ("a: {image: a, mem_limit: 1g, memswap_limit: -1, mem_reservation: 1g}", "", FITS, ""),
            ("a: {image: a, blkio_config: {device_read_bps: [{path: /dev/a, rate: 1mb}]}}", "", OPEN, "/dev/a"),
        )
    ),
    Case(
        "replicas share a range of ports",
        "https://github.com/docker/compose/issues/8530",
        compose('web: {image: a, ports: ["4060-4062:4060"], deploy: {replicas: 3}}'),
        FITS,
    ),
    Case(
        "a range that is too short for the replicas",
        "https://github.com/docker/compose/issues/8878",
        compose('web: {image: a, ports: ["8080-8081:80"], deploy: {replicas: 3}}'),
        NOT,
    ),
    Case(
        "replicas of one port on one host",
        "https://github.com/docker/compose/issues/7770",
        compose('web: {image: a, ports: ["9999:80"], deploy: {replicas: 2}}'),
        NOT,
    ),
    Case(
        "a range for each port of the container belongs to one replica",
        "https://github.com/docker/compose/issues/9727",
        compose('web: {image: a, ports: ["8080-8090:8080-8090"], scale: 2}'),
        NOT,
    ),
    Case(
        "a service of a profile that is not asked for",
        f"{SPEC}/15-profiles.md",
        compose('web: {image: a}, debug: {image: b, profiles: [debug], ports: ["22:22"]}'),
        FITS,
    ),
    Case(
        "a service of a profile that another one needs",
        f"{SPEC}/15-profiles.md#implicit-profile-activation",
        compose('web: {image: a, depends_on: [db]}, db: {image: b, profiles: [debug], ports: ["22:22"]}'),
        NOT,
    ),
    Case(
        "anchors below x-",
        f"{SPEC}/10-fragments.md",
        {
            "compose.yaml": 'x-web: &web {image: a, ports: ["22:22"]}\nservices:\n  web:\n    <<: *web\n'
            '    ports: ["8080:80"]\n'
        },
        FITS,
    ),
    Case(
        "a port that a later file resets",
        f"{SPEC}/13-merge.md#reset-value",
        {
            "compose.yaml": 'services: {web: {image: a, ports: ["22:22"]}}\n',
            "override.yaml": "services:\n  web:\n    ports: !reset []\n",
        },
        FITS,
        asked=("compose.yaml", "override.yaml"),
    ),
    Case(
        "ports that a later file overrides",
        f"{SPEC}/13-merge.md#replace-value",
        {
            "compose.yaml": 'services: {web: {image: a, ports: ["22:22"]}}\n',
            "override.yaml": 'services:\n  web:\n    ports: !override\n      - "8443:443"\n',
        },
        FITS,
        asked=("compose.yaml", "override.yaml"),
    ),
    Case(
        "ports of two files come together",
        f"{SPEC}/13-merge.md#unique-resources",
        {
            "compose.yaml": 'services: {web: {image: a, ports: ["8080:80"]}}\n',
            "override.yaml": 'services: {web: {ports: ["22:22"]}}\n',
        },
        NOT,
        asked=("compose.yaml", "override.yaml"),
    ),
    Case(
        "the override that Compose reads without -f is named, and does not count",
        "https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/",
        {
            "compose.yaml": "services: {web: {image: a}}\n",
            "compose.override.yaml": 'services: {web: {ports: ["22:22"]}}\n',
        },
        FITS,
        says="compose.override.yaml",
    ),
    Case(
        "an include with an .env of its own",
        f"{SPEC}/14-include.md#env_file",
        {
            "compose.yaml": "include: [{path: sub/compose.yaml, "
            "env_file: sub/values.env}]\nservices: {web: {image: a}}\n",
            "sub/compose.yaml": 'services: {db: {image: b, ports: ["${PORT}:1"]}}\n',
            "sub/values.env": "PORT=22\n",
        },
        NOT,
    ),
    Case(
        "an env_file whose variables interpolate nothing",
        f"{SPEC}/05-services.md#env_file",
        {
            "compose.yaml": "services: {web: {image: a, env_file: [{path: web.env, required: false}], "
            'ports: ["${PORT:-8080}:80"]}}\n',
            "web.env": "PORT=22\n",
        },
        FITS,
    ),
    Case(
        "quotes and comments in .env",
        f"{SPEC}/05-services.md#env_file-format",
        {
            "compose.yaml": 'services: {web: {image: a, ports: ["${ONE}:80", "${TWO}:81", "${THREE}:82"]}}\n',
            ".env": "ONE=22 # a comment\nTWO='8081'\nexport THREE=\"${TWO}\"\n",
        },
        NOT,
    ),
    Case(
        "extends from another file",
        f"{SPEC}/05-services.md#extends",
        {
            "compose.yaml": "services: {web: {extends: {file: common.yaml, service: base}}}\n",
            "common.yaml": 'services: {base: {image: a, ports: ["22:22"]}}\n',
        },
        NOT,
    ),
    Case(
        "a reservation of a graphics processor",
        "https://docs.docker.com/compose/how-tos/gpu-support/",
        compose(
            "web: {image: a, deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, "
            "capabilities: [gpu]}]}}}}"
        ),
        NOT,
        ({"gpu__devices": {"nvidia": False, "amd": True}},),
    ),
    Case(
        "develop asks nothing of the host",
        f"{SPEC}/develop.md",
        compose("web: {build: ., develop: {watch: [{path: ./src, action: sync, target: /src}]}}"),
        FITS,
    ),
    *(
        Case(
            f"a value that a variable leaves empty: {key}",
            f"{SPEC}/12-interpolation.md",
            compose(f"web: {{image: a, {key}: '${{ABSENT:-}}'}}"),
            FITS,
        )
        for key in ("platform", "cpuset", "runtime", "hostname")
    ),
    Case(
        "a port of several instances that Swarm publishes",
        "https://docs.docker.com/engine/swarm/ingress/",
        compose("web: {image: a, ports: ['80:80'], deploy: {replicas: 2, update_config: {parallelism: 2}}}"),
        OPEN,
        says="Swarm publishes it once for all instances",
    ),
    Case(
        "a port of several instances on each host itself",
        "https://docs.docker.com/engine/swarm/ingress/#bypass-the-routing-mesh-for-a-swarm-service",
        compose(
            "web: {image: a, ports: [{target: 80, published: 80, mode: host}], deploy: {replicas: 2}}",
            "networks: {default: {driver: overlay}}",
        ),
        NOT,
    ),
    Case(
        "a parameter that every kernel of today has",
        "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
        compose("web: {image: a, sysctls: {net.core.somaxconn: 1024, net.ipv4.tcp_rmem: '1 2 3'}}"),
        FITS,
        ({"kernel.version": "5.10"},),
    ),
    Case(
        "a parameter of a newer kernel",
        "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
        compose("web: {image: a, sysctls: {net.ipv4.tcp_rmem: '1 2 3'}}"),
        OPEN,
        ({"kernel.version": "4.4"},),
    ),
    Case(
        "the folders of every host",
        f"{SPEC}/05-services.md#volumes",
        {"a.container": "[Container]\nImage=a\nVolume=/:/host:ro\nVolume=/sys:/sys:ro\n"},
        FITS,
    ),
    Case(
        "a node that only the swarm knows",
        f"{SPEC}/deploy.md#constraints",
        compose("web: {image: a, deploy: {placement: {constraints: [node.role == manager]}}}"),
        OPEN,
    ),
    Case(
        "a network of another project",
        f"{SPEC}/06-networks.md#external",
        compose("web: {image: a, networks: [proxy]}", "networks: {proxy: {external: true}}\n"),
        OPEN,
    ),
    Case(
        "memory that deploy reserves on hosts with room",
        f"{SPEC}/deploy.md#resources",
        compose("web: {image: a, deploy: {replicas: 2, resources: {reservations: {memory: 5g}}}}"),
        FITS,
        ({}, {}),
    ),
    Case(
        "an address of every host beside the same port on the loopback",
        f"{SPEC}/05-services.md#ports",
        compose('web: {image: a, ports: ["8080:80"]}, api: {image: b, ports: ["127.0.0.1:8080:80"]}'),
        NOT,
    ),
)

QUADLET = "https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html"
FLEET = "https://github.com/coreos/fleet/blob/master/Documentation/unit-files-and-scheduling.md"
ANSIBLE = "https://docs.ansible.com/ansible/latest/playbook_guide"
RUN = "[Service]\nExecStart=/usr/bin/docker run --rm "
CONTAINER = "[Container]\nImage=a\n"
MANIFEST = pod("{containers: [{name: a, image: a, ports: [{containerPort: 22, hostPort: 22}]}]}")

NO_SYSTEMD = {"os__init": "other"}

UNITS = (
    Case(
        "a unit that starts no container needs systemd, and no engine",
        "systemd.service(5), ExecStart",
        {"web.service": "[Service]\nExecStart=/usr/sbin/nginx\n"},
        FITS,
        (NO_SYSTEMD, {"paths": {"/usr/sbin/nginx"}}),
        ("b",),
        says="starts no container",
    ),
    Case(
        "a unit whose program is on one host",
        "systemd.service(5), ExecStart",
        {"web.service": "[Service]\nExecStartPre=-/no/such\nExecStart=@/opt/web web --port ${PORT}\n"},
        FITS,
        ({"paths": set()}, {"paths": {"/opt/web"}}, {}),
        ("b",),
    ),
    Case(
        "a unit whose program is on no host",
        "systemd.exec(5), EXIT_EXEC",
        {"web.service": "[Service]\nExecStart=/opt/web\n"},
        NOT,
        ({"paths": set()},),
        says="the program /opt/web",
    ),
    Case(
        "a unit whose program may be there",
        "systemd.exec(5), EXIT_EXEC",
        {"web.service": "[Service]\nExecStart=/opt/web\n"},
        OPEN,
    ),
    Case("a unit where another init runs", "systemd.unit(5)", {"web.service": f"{RUN}a\n"}, NOT, (NO_SYSTEMD,)),
    Case(
        "a unit where the init is unknown", "systemd.unit(5)", {"web.service": f"{RUN}a\n"}, OPEN, ({"os__init": None},)
    ),
    Case(
        "a port of the unit's own variable",
        "systemd.exec(5), Environment",
        {"web.service": "[Service]\nEnvironment=PORT=22 A=b\nExecStart=/usr/bin/docker run -p ${PORT}:80 a\n"},
        NOT,
    ),
    Case(
        "a variable that is nowhere", "systemd.exec(5), Environment", {"web.service": f"{RUN}-p ${{PORT}}:80 a\n"}, OPEN
    ),
    Case(
        "a drop-in replaces the command",
        "systemd.unit(5), drop-in",
        {
            "web.service": f"{RUN}-p 22:80 a\n",
            "web.service.d/10-port.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/docker run -p 8080:80 a\n",
        },
        FITS,
    ),
    Case(
        "the instance of a template is in its name",
        "systemd.unit(5), specifiers",
        {"web@22.service": f"{RUN}-p %i:80 a\n"},
        NOT,
    ),
    Case(
        "a template without an instance", "systemd.unit(5), specifiers", {"web@.service": f"{RUN}-p 80%i:80 a\n"}, OPEN
    ),
    Case(
        "instances that conflict need a host each",
        FLEET,
        {f"web@{n}.service": f"{RUN}a\n[X-Fleet]\nConflicts=web@*.service\n" for n in (1, 2)},
        NOT,
        asked=("web@1.service", "web@2.service"),
    ),
    Case(
        "a specifier in a conflict",
        FLEET,
        {f"web@{n}.service": f"{RUN}a\n[X-Fleet]\nConflicts=%p@*.service\n" for n in (1, 2)},
        FITS,
        ({}, {}),
        ("b",),
        asked=("web@1.service", "web@2.service"),
    ),
    Case(
        "beside a unit that is in none of the files",
        FLEET,
        {"web.service": f"{RUN}-p 8080:80 a\n[X-Fleet]\nMachineOf=db.service\n"},
        OPEN,
        says="db.service, which is in none of the files: that host is unknown",
    ),
    Case(
        "metadata of machines",
        FLEET,
        {"web.service": f"{RUN}a\n[X-Fleet]\nMachineMetadata=disk=ssd\n"},
        FITS,
        ({"attributes": {"disk": "hdd"}}, {"attributes": {"disk": "ssd"}}),
        ("b",),
    ),
    *(
        Case(
            f"metadata of machines that is compared: {written}",
            "https://github.com/coreos/fleet/blob/master/machine/machine.go",
            {"web.service": f'{RUN}a\n[X-Fleet]\nMachineMetadata="{written}"\n'},
            outcome,
            ({"attributes": {"ram": "2048", "zone": "n"}},),
        )
        for written, outcome in (("ram>=1024", FITS), ("ram<1024", NOT), ("zone!=n", NOT), ("cpu>2", OPEN))
    ),
    Case("a pod without a container", QUADLET, {"web.pod": "[Pod]\n"}, FITS),
    Case("a port of a pod without a container", QUADLET, {"web.pod": "[Pod]\nPublishPort=22:80\n"}, NOT),
    Case(
        "a container of a pod has the pod's ports",
        f"{QUADLET}#pod",
        {"web.container": f"{CONTAINER}Pod=web.pod\n", "web.pod": "[Pod]\nPublishPort=22:80\n"},
        NOT,
    ),
    Case(
        "ports of a manifest that a .kube names",
        f"{QUADLET}#kube-units-kube",
        {"web.kube": "[Kube]\nYaml=web.yaml\n", "web.yaml": MANIFEST},
        NOT,
    ),
    Case("a .kube without its manifest", f"{QUADLET}#kube-units-kube", {"web.kube": "[Kube]\nYaml=web.yaml\n"}, OPEN),
    Case(
        "a volume of its own file",
        f"{QUADLET}#volume-units-volume",
        {
            "web.container": f"{CONTAINER}Volume=data.volume:/data\n",
            "data.volume": "[Volume]\nDevice=/srv/data\nOptions=bind\nType=none\n",
        },
        NOT,
        ({"paths": ()},),
    ),
    Case(
        "a drop-in of a container",
        f"{QUADLET}#description",
        {
            "web.container": f"{CONTAINER}PublishPort=8080:80\n",
            "web.container.d/10.conf": "[Container]\nPublishPort=22:81\n",
        },
        NOT,
    ),
    Case(
        "the instance of a template of Quadlet",
        f"{QUADLET}#template-files",
        {"web@22.container": f"{CONTAINER}PublishPort=%i:80\n"},
        NOT,
    ),
)


def play(task: str, more: str = "") -> dict:
    """Make a playbook of one task."""
    return {"site.yml": f"- hosts: all\n{more}  tasks:\n    - {task}\n"}


PLAYBOOKS = (
    Case(
        "a list that a loop names",
        f"{ANSIBLE}/playbooks_loops.html",
        play('{docker_container: {name: "{{ item }}", image: a, ports: ["8080:80"]}, loop: [a, b]}'),
        NOT,
    ),
    Case(
        "keys of what a loop names",
        f"{ANSIBLE}/playbooks_loops.html",
        play(
            '{docker_container: {name: "{{ item.name }}", image: a, ports: ["{{ item.port }}:80"]}, '
            "with_items: [{name: a, port: 8080}, {name: b, port: 8081}]}"
        ),
        FITS,
    ),
    Case(
        "a loop over what is not known",
        f"{ANSIBLE}/playbooks_loops.html",
        play('{docker_container: {name: "{{ item }}", image: a}, loop: "{{ names }}"}'),
        OPEN,
    ),
    Case(
        "a variable of the play",
        f"{ANSIBLE}/playbooks_variables.html",
        play('{docker_container: {name: a, image: a, ports: ["{{ port }}:80"]}}', "  vars: {port: 22}\n"),
        NOT,
    ),
    Case(
        "a task that is never run",
        f"{ANSIBLE}/playbooks_conditionals.html",
        play('{docker_container: {name: a, image: a, ports: ["22:22"]}, when: false}\n    - command: docker run b'),
        FITS,
    ),
    Case(
        "a condition that is not known",
        f"{ANSIBLE}/playbooks_conditionals.html",
        play('{docker_container: {name: a, image: a}, when: ansible_distribution == "Debian"}'),
        OPEN,
    ),
    Case(
        "a task that another host runs",
        f"{ANSIBLE}/playbooks_delegation.html",
        play('{docker_container: {name: a, image: a, ports: ["22:22"]}, delegate_to: other}'),
        OPEN,
    ),
    Case(
        "a container that is only created",
        "https://docs.ansible.com/ansible/latest/collections/community/docker/docker_container_module.html",
        play('{community.docker.docker_container: {name: a, image: a, published_ports: ["22:22"]}}'),
        NOT,
    ),
)

MARATHON = "https://mesosphere.github.io/marathon/docs"
IMAGE = '"docker": {"image": "a"}, "volumes": [{"containerPath": "/a", "hostPath": "/srv/data", "mode": "RO"}]'
APPS = (
    *(
        Case(
            f"a folder of a container that {kind} runs",
            f"{MARATHON}/native-docker.html",
            {"app.json": f'{{"id": "/a", "container": {{"type": "{kind}", {IMAGE}}}}}'},
            outcome,
            ({"paths": ()},),
        )
        for kind, outcome in (("MESOS", NOT), ("DOCKER", FITS))
    ),
    Case(
        "unique hosts for more instances than hosts",
        f"{MARATHON}/constraints.html",
        {"app.json": '{"id": "/a", "cmd": "a", "instances": 3, "constraints": [["hostname", "UNIQUE"]]}'},
        NOT,
        ({}, {}),
    ),
    Case(
        "an attribute that agents do not have is refused",
        f"{MARATHON}/constraints.html",
        {"app.json": '{"id": "/a", "cmd": "a", "constraints": [["rack", "LIKE", "r[12]"]]}'},
        FITS,
        ({"attributes": {"rack": "r3"}}, {"attributes": {"rack": "r2"}}),
        ("b",),
    ),
    *(
        Case(
            f"an option of docker run: {key}",
            f"{MARATHON}/native-docker.html",
            {
                "app.json": '{"id": "/a", "container": {"type": "DOCKER", "docker": {"image": "a", "parameters": '
                f'[{{"key": "{key}", "value": "{value}"}}]}}}}}}'
            },
            outcome,
        )
        for key, value, outcome in (
            ("publish", "22:22", NOT),
            ("runtime", "runsc", OPEN),
            ("network", "made", OPEN),
            ("sysctl", "kernel.pid_max=1", NOT),
            ("label", "a=b", FITS),
        )
    ),
    Case(
        "an expression that Marathon refuses",
        f"{MARATHON}/constraints.html",
        {"app.json": '{"id": "/a", "cmd": "a", "constraints": [["rack", "LIKE", "*"]]}'},
        OPEN,
        ({"attributes": {"rack": "r1"}},),
    ),
    Case(
        "a port of an agent's range",
        f"{MARATHON}/ports.html",
        {
            "app.json": '{"id": "/a", "container": {"type": "DOCKER", "docker": {"image": "a", '
            '"network": "BRIDGE", "portMappings": [{"containerPort": 80, "hostPort": 31080}]}}}'
        },
        FITS,
    ),
    Case(
        "a fixed port below an agent's range",
        f"{MARATHON}/ports.html",
        {
            "app.json": '{"id": "/a", "container": {"type": "DOCKER", "docker": {"image": "a", '
            '"network": "BRIDGE", "portMappings": [{"containerPort": 80, "hostPort": 80}]}}}'
        },
        NOT,
        says="marathon/port-not-offered",
    ),
)

NOTHING = tuple(
    Case(f"no instance: {next(iter(files))}", source, files, FITS, ({"hw.cpus": 1, "net.ports.busy": None},), (), said)
    for source, files, said in (
        (
            f"{SPEC}/deploy.md#replicas",
            compose("web: {image: a, ports: ['80:80'], deploy: {replicas: 0, resources: {reservations: {cpus: '9'}}}}"),
            "web has 0 instances",
        ),
        (
            f"{K8S}/concepts/workloads/controllers/deployment/#replicas",
            {"a.yaml": pod(f"{{containers: [{asks(cpu='9')}]}}", "Deployment", "replicas: 0")},
            "Deployment/web has 0 instances",
        ),
        (
            f"{NOMAD}/group#count",
            job("count = 0", task="resources {\ncores = 9\n}"),
            "web/g has 0 instances",
        ),
        (
            f"{MARATHON}/recipes.html",
            {"app.json": '{"id": "/a", "cmd": "a", "cpus": 9, "instances": 0}'},
            "/a has 0 instances",
        ),
    )
)

CASES = (*NOTHING, *KUBERNETES, *KUBERNETES_NODES, *NOMAD_CASES, *COMPOSE, *UNITS, *PLAYBOOKS, *APPS)
