import { AwsError } from '../../kernel/service.ts';

/** Linux versions that tasks can still be started on. Source: developer guide, "Fargate platform versions for Amazon ECS". */
const known = ['LATEST', '1.4.0', '1.3.0'];

/** Throws PlatformUnknownException for a version that Fargate does not have. */
export function checkPlatformVersion(version: string | undefined): void {
  if (version && !known.includes(version)) {
    throw new AwsError('PlatformUnknownException', "The specified platform version doesn't exist.");
  }
}

/** What LATEST means for Linux. Same source. */
export function exactPlatformVersion(version: string | undefined): string {
  return version === undefined || version === 'LATEST' ? '1.4.0' : version;
}
