/** What every manifest has under `metadata`. */
export interface ManifestMetadata {
  /**
   * A DNS label: lower-case letters, digits and hyphens, at most 63. Unique among the manifests of its kind in an
   * Application.
   * @minLength 1
   * @maxLength 63
   * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
   */
  name: string;
  /** The namespace in Kubernetes. Has no meaning elsewhere. */
  namespace?: string;
  /** Labels, for selection. They have no meaning in AWS; see `spec.tags`. */
  labels?: Record<string, string>;
  /** Annotations. Those under `longshore.dev/` steer Longshore. */
  annotations?: Record<string, string>;
}
