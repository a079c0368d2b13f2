/** What Kubernetes, the documents and the command line call a kind. */
export interface ApiKind {
  /** For example `TargetGroup`. Its spec is the interface `<kind>Spec` of the file of that name in lower case. */
  readonly kind: string;
  /** For example `targetgroups`: the resource in Kubernetes' API, and `<plural>.longshore.dev` its CRD. */
  readonly plural: string;
  /** True: read from a file only; there is no CRD of it. */
  readonly fileOnly?: true;
  /** Distinct from every core kind of Kubernetes: `kubectl get services` is not ours. */
  readonly shortName: string;
  /** The fields that `kubectl scale` sets and reads, where the kind has them. */
  readonly scale?: { readonly spec: string; readonly status: string };
}

/** Every kind of `longshore.dev/v1alpha1`, in the order of the documents. */
export const API_KINDS: readonly ApiKind[] = [
  { kind: 'Application', plural: 'applications', shortName: 'lsapp' },
  { kind: 'ApplicationSet', plural: 'applicationsets', shortName: 'lsappset' },
  { kind: 'Project', plural: 'projects', shortName: 'lsproj' },
  {
    kind: 'ControllerConfiguration',
    plural: 'controllerconfigurations',
    shortName: 'lsconfig',
    fileOnly: true,
  },
  { kind: 'Cluster', plural: 'clusters', shortName: 'lscluster' },
  {
    kind: 'Service',
    plural: 'services',
    shortName: 'lssvc',
    scale: { spec: '.spec.desiredCount', status: '.status.runningCount' },
  },
  { kind: 'Job', plural: 'jobs', shortName: 'lsjob' },
  { kind: 'LoadBalancer', plural: 'loadbalancers', shortName: 'lslb' },
  { kind: 'ListenerRule', plural: 'listenerrules', shortName: 'lslr' },
  { kind: 'TargetGroup', plural: 'targetgroups', shortName: 'lstg' },
  { kind: 'ScalingPolicy', plural: 'scalingpolicies', shortName: 'lssp' },
];
