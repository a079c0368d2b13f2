import type { RegisteredResource, Registry } from './registry.ts';

/** The resources of an account and region. */
interface Place {
  readonly resources: Map<string, RegisteredResource>;
  /** In ARN order; made when first asked for after a change. */
  sorted?: RegisteredResource[];
}

/** The registry in memory, with the resources of each place apart so that a listing does not walk all accounts. */
export class ResourceRegistry implements Registry {
  private readonly byArn = new Map<string, RegisteredResource>();
  private readonly places = new Map<string, Place>();

  constructor(resources: readonly RegisteredResource[] = []) {
    for (const resource of resources) this.add(resource);
  }

  add(resource: RegisteredResource): void {
    this.remove(resource.arn);
    this.byArn.set(resource.arn, resource);
    const key = `${resource.accountId}/${resource.region}`;
    const place: Place = this.places.get(key) ?? { resources: new Map() };
    this.places.set(key, place);
    place.resources.set(resource.arn, resource);
    delete place.sorted;
  }

  remove(arn: string): void {
    const resource = this.byArn.get(arn);
    if (!resource) return;
    this.byArn.delete(arn);
    const place = this.places.get(`${resource.accountId}/${resource.region}`);
    place?.resources.delete(arn);
    if (place) delete place.sorted;
  }

  get(arn: string): RegisteredResource | undefined {
    return this.byArn.get(arn);
  }

  list(accountId: string, region: string): readonly RegisteredResource[] {
    const place = this.places.get(`${accountId}/${region}`);
    if (!place) return [];
    place.sorted ??= [...place.resources.values()].toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
    return place.sorted;
  }

  /** Every resource of every place, for the snapshot. */
  all(): readonly RegisteredResource[] {
    return [...this.byArn.values()];
  }
}
