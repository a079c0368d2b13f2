/**
 * The program of a container health check: `CMD` arguments as they are, `CMD-SHELL` by the shell, a bare string list
 * as CMD-SHELL would be in Docker's format. Undefined for NONE.
 * `localhost` and `127.0.0.1` on the container's port mean the port that the task's process was really given.
 * Source: API_HealthCheck.
 */
export function healthCommand(
  command: readonly string[],
  containerPorts: readonly number[],
  localPort: number,
): readonly string[] | undefined {
  const [kind, ...rest] = command;
  if (kind === undefined || kind === 'NONE') return undefined;
  const here = (text: string) => toLocalPort(text, containerPorts, localPort);
  if (kind === 'CMD') return rest.map(here);
  const script = kind === 'CMD-SHELL' ? rest : command;
  return ['/bin/sh', '-c', here(script.join(' '))];
}

function toLocalPort(text: string, containerPorts: readonly number[], localPort: number): string {
  return text.replace(/\b(localhost|127\.0\.0\.1):(\d+)\b/g, (whole, _host: string, port: string) =>
    containerPorts.includes(Number(port)) ? `127.0.0.1:${localPort}` : whole,
  );
}
