import type { Destination } from '../../kinds/kind.ts';

/** An account and region, where ARNs are completed. */
export type Place = Destination;

/** The partition that a region belongs to: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The ARN of a name in an account and region. */
export function arnIn(place: Place, service: string, resource: string): string {
  return `arn:${partitionOf(place.region)}:${service}:${place.region}:${place.accountId}:${resource}`;
}

/** The ARN of what belongs to no region and no account, such as a hosted zone. */
export function globalArn(place: Place, service: string, resource: string): string {
  return `arn:${partitionOf(place.region)}:${service}:::${resource}`;
}

/** True for an ARN. */
export function isArn(value: string): boolean {
  return value.startsWith('arn:');
}

/** What an ARN names, after the account: `service/main/api`. */
export function resourceOf(arn: string): string {
  return arn.split(':').slice(5).join(':');
}
