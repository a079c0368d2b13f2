/** What rules look at in a request. */
export interface RoutedRequest {
  readonly method: string;
  /** The host header, with its port if it has one. */
  readonly host: string;
  /** Path and query: `/a?b=c`. */
  readonly url: string;
  /** Values by lower-case name, in the order in which they came. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly sourceIp: string;
}

/** The path of a URL without its query. */
export function pathOf(url: string): string {
  const question = url.indexOf('?');
  return question < 0 ? url : url.slice(0, question);
}

/** The query of a URL without the question mark; empty when it has none. */
export function queryOf(url: string): string {
  const question = url.indexOf('?');
  return question < 0 ? '' : url.slice(question + 1);
}

/** The host without its port. */
export function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}
