import type { PortMapping } from '../../api/container.ts';
import type { ServiceSpec } from '../../api/service.ts';
import { mayHoldExpressions } from '../../core/expressions.ts';
import type { Finding } from '../../core/lint.ts';
import { lintPortModes } from '../../ecs/lint/ports.ts';
import { networkModeOf } from '../../ecs/task.ts';

/** Lint of ports and names: what the network mode allows, and what refers to a port. */
export function lintPorts(spec: ServiceSpec): readonly Finding[] {
  const mode = networkModeOf(spec.task, { hasNetwork: spec.network !== undefined });
  return [...lintPortModes(spec), ...namespace(spec), ...connect(spec, mode), ...named(spec)];
}

function connect({ serviceConnect }: ServiceSpec, mode: string): readonly Finding[] {
  if (serviceConnect === undefined || serviceConnect.enabled === false) return [];
  if (mode === 'awsvpc' || mode === 'bridge') return [];
  const message = `Service Connect needs network mode awsvpc or bridge; found ${mode}`;
  return [{ code: 'LS1021', severity: 'error', path: '/serviceConnect', message }];
}

function namespace({ serviceConnect }: ServiceSpec): readonly Finding[] {
  const name = serviceConnect?.namespace;
  if (name === undefined || name.startsWith('arn:') || mayHoldExpressions(name)) return [];
  const message = `ECS reads back the ARN of namespace "${name}", so that a later change of the name is not seen; give its ARN`;
  return [{ code: 'LS1016', severity: 'warning', path: '/serviceConnect/namespace', message }];
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
