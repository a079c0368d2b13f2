/** Who calls, as the user agent of every request says: it comes back in CloudTrail's events. */
export interface Agent {
  /** Version of Longshore. */
  readonly version: string;
  /** Which installation, as in the tag `longshore.dev/instance`. */
  readonly instance: string;
}

/**
 * The SDK's `customUserAgent`: `longshore/<version> instance/<instance>` at the end of the user agent.
 * https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-aws-sdk-middleware-user-agent/
 */
export function customUserAgent({ version, instance }: Agent): [string, string][] {
  return [
    ['longshore', token(version)],
    ['instance', token(instance)],
  ];
}

/** True when the user agent of a request is that of this installation, in whatever version. */
export function isAgent(userAgent: string, instance: string): boolean {
  const words = userAgent.split(/[\s[\]]+/u);
  return words.includes(`instance/${token(instance)}`) && words.some((word) => word.startsWith('longshore/'));
}

/** What may stand in a user agent's product (RFC 9110, 5.6.2) without being escaped by the SDK. */
function token(text: string): string {
  return text.replaceAll(/[^\w.+-]/gu, '-');
}
