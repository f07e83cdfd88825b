/** Agents that a cluster runs for Azure Monitor, and what they collect. */

/** Streams of Container Insights that logs and events need; metrics come from Prometheus, for less. */
export const containerLogStreams = ["Microsoft-ContainerLogV2", "Microsoft-KubeEvents", "Microsoft-KubePodInventory"];

export interface RecordingRule {
    readonly record: string;
    readonly expression: string;
}

/** Series that the stock dashboards of Kubernetes read, named as the kubernetes-mixin project names them. */
export const recordingRules: readonly RecordingRule[] = [
    {
        record: "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate",
        expression:
            'sum by (cluster, namespace, pod, container) (irate(container_cpu_usage_seconds_total{job="cadvisor", image!=""}[5m])) * on (cluster, namespace, pod) group_left(node) topk by (cluster, namespace, pod) (1, max by(cluster, namespace, pod, node) (kube_pod_info{node!=""}))',
    },
    {
        record: "node_namespace_pod_container:container_memory_working_set_bytes",
        expression:
            'container_memory_working_set_bytes{job="cadvisor", image!=""} * on (namespace, pod) group_left(node) topk by(namespace, pod) (1, max by(namespace, pod, node) (kube_pod_info{node!=""}))',
    },
    {
        record: "namespace_cpu:kube_pod_container_resource_requests:sum",
        expression:
            'sum by (namespace, cluster) (sum by (namespace, pod, cluster) (max by (namespace, pod, container, cluster) (kube_pod_container_resource_requests{resource="cpu", job="kube-state-metrics"}) * on(namespace, pod, cluster) group_left() max by (namespace, pod, cluster) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)))',
    },
    {
        record: "namespace_memory:kube_pod_container_resource_requests:sum",
        expression:
            'sum by (namespace, cluster) (sum by (namespace, pod, cluster) (max by (namespace, pod, container, cluster) (kube_pod_container_resource_requests{resource="memory", job="kube-state-metrics"}) * on(namespace, pod, cluster) group_left() max by (namespace, pod, cluster) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)))',
    },
    {
        record: "cluster:node_cpu:ratio_rate5m",
        expression:
            'sum by (cluster) (rate(node_cpu_seconds_total{job="node", mode!="idle", mode!="iowait", mode!="steal"}[5m])) / count by (cluster) (sum by (cluster, instance, cpu) (node_cpu_seconds_total{job="node"}))',
    },
    {
        record: ":node_memory_MemAvailable_bytes:sum",
        expression: 'sum by (cluster) (node_memory_MemAvailable_bytes{job="node"})',
    },
];
