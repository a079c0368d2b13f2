import type { ContainerDefinition } from '../../api/container.ts';
import type { Finding } from '../../core/lint.ts';
import type { Placed } from '../capacity.ts';
import { networkModeOf } from '../task.ts';

/** Lint of ports and names of containers: what the network mode allows. */
export function lintPortModes({ task, network }: Placed): readonly Finding[] {
  const mode = networkModeOf(task, { hasNetwork: network !== undefined });
  return task.containers.flatMap((container, index) => inMode(container, `/task/containers/${index}`, mode));
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html */
function inMode(container: ContainerDefinition, path: string, mode: string): readonly Finding[] {
  const { portMappings = [], links = [], extraHosts = [], hostname = '' } = container;
  const found: Finding[] = [];
  const report = (at: string, why: string): void => {
    found.push({
      code: 'LS1021',
      severity: 'error',
      path: `${path}/${at}`,
      message: `with network mode ${mode} ${why}`,
    });
  };
  if (links.length > 0 && mode !== 'bridge') report('links', 'there are no links; they need bridge');
  if (extraHosts.length > 0 && mode === 'awsvpc') report('extraHosts', 'there are no extraHosts');
  if (hostname !== '' && mode === 'awsvpc') report('hostname', 'a container has no hostname of its own');
  if (portMappings.length > 0 && mode === 'none') report('portMappings', 'no port can be reached');
  const same = mode === 'awsvpc' || mode === 'host';
  for (const [index, { hostPort = 0, containerPort }] of portMappings.entries()) {
    if (!same || hostPort === 0 || containerPort === undefined || hostPort === containerPort) continue;
    report(
      `portMappings/${index}/hostPort`,
      `the host port is the container port, ${containerPort}; found ${hostPort}`,
    );
  }
  return found;
}
