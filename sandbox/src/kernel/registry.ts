/** What tagging, CloudTrail, Cost Explorer and Cloud Control all read: every resource that has an ARN. */
export interface RegisteredResource {
  readonly arn: string;
  /** As the tagging API names types: `ecs:service`, `elasticloadbalancing:targetgroup`. */
  readonly type: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  tags: Record<string, string>;
}

/** The one registry of resources and their tags. The services keep no tags of their own. */
export interface Registry {
  add(resource: RegisteredResource): void;
  remove(arn: string): void;
  get(arn: string): RegisteredResource | undefined;
  /** In ARN order. */
  list(accountId: string, region: string): readonly RegisteredResource[];
}
