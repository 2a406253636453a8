"""What members objects of a cluster have, as far as workloads, services, settings and autoscalers go.

Names as in the API of Kubernetes 1.33; a member that is in neither list is a slip of the pen, or newer than this.
"""

from __future__ import annotations

from typing import Any

from models.formats.foreign.members import Known, Members, words
from models.formats.importers.kubernetes.objects import WORKLOADS, mapping, pod_of, sequence, spec_of, text

_META = Known(
    words("name generateName namespace labels"),
    words(
        "annotations uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds",
        "finalizers managedFields ownerReferences selfLink clusterName",
    ),
)
KNOWN: dict[str, Known] = {
    "object": Known(words("apiVersion kind metadata spec"), words("status")),
    "ConfigMap": Known(words("apiVersion kind metadata data"), words("binaryData immutable")),
    "metadata": _META,
    "workload": Known(
        words("replicas template jobTemplate parallelism"),
        words(
            "selector strategy updateStrategy minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds",
            "serviceName podManagementPolicy volumeClaimTemplates persistentVolumeClaimRetentionPolicy ordinals",
            "completions completionMode backoffLimit backoffLimitPerIndex maxFailedIndexes activeDeadlineSeconds",
            "ttlSecondsAfterFinished suspend manualSelector podFailurePolicy podReplacementPolicy successPolicy",
            "managedBy schedule timeZone startingDeadlineSeconds concurrencyPolicy successfulJobsHistoryLimit",
            "failedJobsHistoryLimit",
        ),
    ),
    "template": Known(words("metadata spec"), words("apiVersion kind")),
    "pod": Known(
        words("containers initContainers volumes"),
        words(
            "ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy dnsConfig",
            "nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID",
            "hostIPC hostUsers hostname hostnameOverride shareProcessNamespace securityContext imagePullSecrets",
            "subdomain setHostnameAsFQDN affinity schedulerName tolerations hostAliases priorityClassName priority",
            "preemptionPolicy readinessGates runtimeClassName enableServiceLinks overhead topologySpreadConstraints os",
            "schedulingGates resourceClaims resources",
        ),
    ),
    "container": Known(
        words("name image command args ports env envFrom volumeMounts"),
        words(
            "workingDir resources resizePolicy restartPolicy restartPolicyRules volumeDevices lifecycle",
            "securityContext terminationMessagePath terminationMessagePolicy imagePullPolicy stdin stdinOnce tty",
            "livenessProbe readinessProbe startupProbe",
        ),
    ),
    "setting": Known(words("name value valueFrom")),
    "Service": Known(
        words("selector type externalName ports"),
        words(
            "clusterIP clusterIPs externalIPs sessionAffinity sessionAffinityConfig loadBalancerIP loadBalancerClass",
            "loadBalancerSourceRanges externalTrafficPolicy internalTrafficPolicy healthCheckNodePort",
            "publishNotReadyAddresses ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts trafficDistribution",
        ),
    ),
    "port": Known(words("name port appProtocol"), words("targetPort protocol nodePort")),
    "HorizontalPodAutoscaler": Known(
        words("scaleTargetRef minReplicas maxReplicas metrics targetCPUUtilizationPercentage"), words("behavior")
    ),
}


def look(document: Any, file: str, members: Members) -> None:
    """Notes what of one document is not taken over; of objects that say nothing about calls, nothing."""
    kind = text(mapping(document).get("kind"))
    if kind.endswith("List") and isinstance(document.get("items"), list):
        for item in sequence(document.get("items")):
            look(item, file, members)
        return
    if kind not in (*WORKLOADS, "Service", "ConfigMap", "HorizontalPodAutoscaler"):
        return
    meta = mapping(document.get("metadata"))
    place = f"{file}, {kind} {text(meta.get('name')) or text(meta.get('generateName'))}".rstrip()
    members.look("ConfigMap" if kind == "ConfigMap" else "object", document, place)
    members.look("metadata", meta, place)
    spec = mapping(document.get("spec"))
    if kind in WORKLOADS:
        _look_at_workload(document, kind, place, members)
    elif kind != "ConfigMap":
        members.look(kind, spec, place)
        for port in sequence(spec.get("ports")):
            members.look("port", port, place)


def _look_at_workload(document: dict[str, Any], kind: str, place: str, members: Members) -> None:
    pod = pod_of(kind, document)
    if kind != "Pod":
        spec = mapping(document.get("spec"))
        members.look("workload", spec, place)
        if kind == "CronJob":
            members.look("template", spec.get("jobTemplate"), place)
            members.look("workload", spec_of(kind, document), place)
        members.look("template", pod, place)
    inner = mapping(pod.get("spec"))
    members.look("pod", inner, place)
    for container in (one for part in ("containers", "initContainers") for one in sequence(inner.get(part))):
        members.look("container", container, f"{place}, {text(mapping(container).get('name'))}".removesuffix(", "))
        for setting in sequence(mapping(container).get("env")):
            members.look("setting", setting, place)
