import type { ServiceSpec } from '../../../api/service.ts';
import type { Change } from '../../../core/driver.ts';
import type { Json } from '../../../core/json.ts';
import { objectOf } from '../../../ecs/tree.ts';

/** Fields of a service that task sets do not have: they are not in CreateTaskSet. */
const NOT_IN_TASK_SETS: Readonly<Record<string, string>> = {
  serviceConnect: 'CreateTaskSet takes no Service Connect',
  volumeConfigurations: 'CreateTaskSet takes no EBS volumes',
  vpcLatticeConfigurations: 'CreateTaskSet takes no VPC Lattice target groups',
};

const STRATEGIES = "take another strategy (Linear and Canary are ECS's own), or leave it out";

/**
 * What a service under EXTERNAL cannot have. Sources: the API reference of CreateTaskSet (no such fields), of
 * CreateService (REPLICA is required for EXTERNAL), of UpdateService ("multiple target groups are not supported for
 * external deployments"); https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-external.html
 */
export function refusedFields(spec: ServiceSpec): readonly Change[] {
  const given = objectOf(spec);
  const changes = Object.entries(NOT_IN_TASK_SETS).flatMap(([field, why]) =>
    given[field] === undefined ? [] : [refused(`/${field}`, given[field], `${why}: ${STRATEGIES}`)],
  );
  if (spec.schedulingStrategy === 'DAEMON') {
    changes.push(
      refused(
        '/schedulingStrategy',
        'DAEMON',
        'the controller EXTERNAL does not support DAEMON: take REPLICA, or strategy Rolling',
      ),
    );
  }
  const entries = spec.loadBalancers ?? [];
  if (entries.length !== 1) {
    const found = entries.length === 0 ? 'none' : String(entries.length);
    changes.push(
      refused(
        '/loadBalancers',
        given['loadBalancers'],
        `strategy Progressive moves the traffic of exactly one target group, found ${found}`,
      ),
    );
  } else if (entries[0]?.targetGroup === undefined) {
    changes.push(
      refused(
        '/loadBalancers',
        given['loadBalancers'],
        'strategy Progressive needs a pair of target groups: refer to a TargetGroup with blueGreen: true by its name',
      ),
    );
  }
  return changes;
}

function refused(path: string, to: Json | undefined, why: string): Change {
  return { part: 'ecs:service', path, ...(to === undefined ? {} : { to }), effect: 'inPlace', refused: why };
}
