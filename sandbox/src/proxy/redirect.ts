import type { RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import { hostName, pathOf, queryOf, type RoutedRequest } from './request.ts';

/**
 * The location of a redirect: its parts with `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` filled in
 * from the request; the default port of the protocol is left out.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
 */
export function redirectLocation(
  config: RedirectActionConfig | undefined,
  listener: { readonly protocol: string; readonly port: number },
  request: RoutedRequest,
): string {
  const values: Readonly<Record<string, string>> = {
    protocol: listener.protocol,
    host: hostName(request.host),
    port: String(listener.port),
    // The keyword stands for the path without its leading slash.
    path: pathOf(request.url).slice(1),
    query: queryOf(request.url),
  };
  const fill = (text: string): string =>
    text.replaceAll(/#\{(protocol|host|port|path|query)\}/g, (_all, name: string) => values[name] ?? '');
  const protocol = fill(config?.Protocol ?? '#{protocol}').toLowerCase();
  const port = fill(config?.Port ?? '#{port}');
  const query = fill(config?.Query ?? '#{query}');
  const shown = (protocol === 'http' && port === '80') || (protocol === 'https' && port === '443') ? '' : `:${port}`;
  return `${protocol}://${fill(config?.Host ?? '#{host}')}${shown}${fill(config?.Path ?? '/#{path}')}${query ? `?${query}` : ''}`;
}
