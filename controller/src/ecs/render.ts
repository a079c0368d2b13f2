import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { TaskTemplate } from '../api/task.ts';
import type { Json } from '../core/json.ts';
import { cpuUnits, memoryMiB } from './size.ts';
import { tagList } from './tags.ts';
import { compatibilitiesOf, networkModeOf, roleArn, type TaskSetting } from './task.ts';
import { objectOf, withoutBlanks } from './tree.ts';

/**
 * What RegisterTaskDefinition is asked for: what the manifest says, and what the API does not do without. Fields that
 * the manifest leaves out stay out, so that ECS checks only what was meant.
 */
export function renderTaskDefinition(
  family: string,
  task: TaskTemplate,
  setting: TaskSetting,
  tags: Readonly<Record<string, string>>,
): RegisterTaskDefinitionCommandInput {
  const { containers, cpu, memory, executionRole, taskRole, ...rest } = task;
  const input = objectOf({
    ...rest,
    networkMode: networkModeOf(task, setting),
    requiresCompatibilities: compatibilitiesOf(task, setting),
    cpu: inText(cpu, cpuUnits),
    memory: inText(memory, memoryMiB),
    executionRoleArn: roleArn(executionRole, setting),
    taskRoleArn: roleArn(taskRole, setting),
    placementConstraints: task.placementConstraints?.map((constraint) => ({ type: 'memberOf', ...constraint })),
    proxyConfiguration: task.proxyConfiguration && { type: 'APPMESH', ...task.proxyConfiguration },
    containerDefinitions: containers.map((container) =>
      withoutBlanks(
        objectOf({
          ...container,
          environmentFiles: container.environmentFiles?.map((file) => ({ type: 's3', ...file })),
          portMappings: container.portMappings?.map((mapping) => withoutBlanks(objectOf(mapping))),
        }),
      ),
    ),
  });
  // Its shape is that of the API: the manifest mirrors it field by field.
  const definition = withoutBlanks(input) as unknown as Omit<RegisterTaskDefinitionCommandInput, 'family' | 'tags'>;
  return { ...definition, family, tags: tagList(tags) };
}

/** ECS takes sizes as text in units. */
function inText(
  value: number | string | undefined,
  parse: (text: number | string) => number | undefined,
): Json | undefined {
  return value === undefined || value === '' ? undefined : String(parse(value) ?? value);
}
