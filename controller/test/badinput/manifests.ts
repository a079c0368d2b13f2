/** The beginning of a manifest, three lines. */
export function head(kind: string, name: string): string {
  return `apiVersion: longshore.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;
}

/** A Cluster with a spec in flow style, four lines. */
export function cluster(name: string, spec = '{}'): string {
  return `${head('Cluster', name)}spec: ${spec}\n`;
}

/** A valid Service, with more lines of its spec and of its container. */
export function service(spec = '', container = ''): string {
  return `${head('Service', 'api')}spec:
  clusterArn: arn:aws:ecs:us-east-1:111122223333:cluster/main
${spec}  task:
    cpu: 256
    memory: 512
    executionRole: arn:aws:iam::111122223333:role/execution
    containers:
      - name: web
        image: example/web@sha256:${'0'.repeat(64)}
${container}`;
}
