/** A kubeconfig as AKS hands it out for a cluster with Entra integration: the user part runs kubelogin. */
export function kubeconfig(server: string, cluster: string): string {
    return `apiVersion: v1
kind: Config
clusters:
- name: ${cluster}
  cluster:
    server: ${server}
    certificate-authority-data: ${Buffer.from("simulated").toString("base64")}
contexts:
- name: ${cluster}
  context:
    cluster: ${cluster}
    user: clusterUser_${cluster}
current-context: ${cluster}
users:
- name: clusterUser_${cluster}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --login, azurecli, --server-id, 6dae42f8-4368-4678-94ff-3960e28e3630]
      interactiveMode: Never
      provideClusterInfo: false
`;
}
