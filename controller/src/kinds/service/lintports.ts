import type { ContainerDefinition, PortMapping } from '../../api/container.ts';
import type { ServiceSpec } from '../../api/service.ts';
import { mayHoldExpressions } from '../../core/expressions.ts';
import type { Finding } from '../../core/lint.ts';
import { networkModeOf } from '../../ecs/task.ts';

/** Lint of ports and names: what the network mode allows, and what refers to a port. */
export function lintPorts(spec: ServiceSpec): readonly Finding[] {
  const mode = networkModeOf(spec.task, { hasNetwork: spec.network !== undefined });
  return [
    ...spec.task.containers.flatMap((container, index) => inMode(container, `/task/containers/${index}`, mode)),
    ...connect(spec, mode),
    ...named(spec),
  ];
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

function connect({ serviceConnect }: ServiceSpec, mode: string): readonly Finding[] {
  if (serviceConnect === undefined || serviceConnect.enabled === false) return [];
  if (mode === 'awsvpc' || mode === 'bridge') return [];
  const message = `Service Connect needs network mode awsvpc or bridge; found ${mode}`;
  return [{ code: 'LS1021', severity: 'error', path: '/serviceConnect', message }];
}

/** Ports that Service Connect and VPC Lattice refer to by name. */
function named({ task, serviceConnect, vpcLatticeConfigurations = [] }: ServiceSpec): readonly Finding[] {
  const mappings = task.containers.flatMap(({ portMappings = [] }) => portMappings);
  const lattice = vpcLatticeConfigurations.flatMap(({ portName }, index) =>
    unknownName(portName, mappings, `/vpcLatticeConfigurations/${index}/portName`),
  );
  const services = (serviceConnect?.enabled === false ? [] : (serviceConnect?.services ?? [])).flatMap(
    ({ portName, timeout }, index): readonly Finding[] => {
      const at = `/serviceConnect/services/${index}`;
      const unknown = unknownName(portName, mappings, `${at}/portName`);
      const mapping = mappings.find(({ name }) => name === portName);
      if (mapping === undefined || mapping.appProtocol !== undefined || !timeout?.perRequestTimeoutSeconds)
        return unknown;
      const message = `port "${portName}" has no appProtocol, so the proxy sees no requests that could time out`;
      return [{ code: 'LS1023', severity: 'error', path: `${at}/timeout/perRequestTimeoutSeconds`, message }];
    },
  );
  return [...lattice, ...services];
}

function unknownName(portName: string, mappings: readonly PortMapping[], path: string): readonly Finding[] {
  const names = mappings.flatMap(({ name }) => name ?? []);
  if (names.includes(portName) || [portName, ...names].some(mayHoldExpressions)) return [];
  const message = `no portMapping of the task has the name "${portName}"; there is ${names.join(', ') || 'none'}`;
  return [{ code: 'LS1023', severity: 'error', path, message }];
}
