import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import { wrapAws } from '../../aws/errors.ts';

/** Whether calls reach EventBridge: a trail has to log management events of the region. */
export interface TrailCheck {
  /** `logs`: one does; `none`: none does; `unknown`: some trail could not be asked. */
  readonly is: 'logs' | 'none' | 'unknown';
  /** Which trail, or what was found instead. */
  readonly message: string;
}

/**
 * Looks for a trail that logs calls of this region that change something. EventBridge has no events of CloudTrail's
 * without one: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export async function checkTrail(
  cloudtrail: CloudTrailClient,
  region: string,
  signal: AbortSignal,
): Promise<TrailCheck> {
  const abort = { abortSignal: signal };
  let trails: readonly Trail[];
  try {
    trails = (await cloudtrail.send(new DescribeTrailsCommand({}), abort)).trailList ?? [];
  } catch (error) {
    signal.throwIfAborted();
    return { is: 'unknown', message: wrapAws(error, 'whether a trail logs cannot be seen: DescribeTrails').message };
  }
  const here = trails.filter((trail) => trail.IsMultiRegionTrail === true || trail.HomeRegion === region);
  if (here.length === 0) return { is: 'none', message: `there is no trail for ${region}` };
  const found = await Promise.all(here.map((trail) => askTrail(cloudtrail, trail, signal)));
  const best = found.find(({ is }) => is === 'logs') ?? found.find(({ is }) => is === 'unknown');
  return best ?? { is: 'none', message: found.map(({ message }) => message).join('; ') };
}

async function askTrail(cloudtrail: CloudTrailClient, trail: Trail, signal: AbortSignal): Promise<TrailCheck> {
  const name = trail.Name ?? 'without a name';
  // A trail of another region or of the organization is known here by its ARN alone.
  const TrailName = trail.TrailARN ?? trail.Name;
  const abort = { abortSignal: signal };
  try {
    const status = await cloudtrail.send(new GetTrailStatusCommand({ Name: TrailName }), abort);
    if (status.IsLogging !== true) return { is: 'none', message: `trail ${name} is stopped` };
    const selectors = await cloudtrail.send(new GetEventSelectorsCommand({ TrailName }), abort);
    return logsChanges(selectors)
      ? { is: 'logs', message: `trail ${name} logs the calls of this region` }
      : { is: 'none', message: `trail ${name} does not log management events that write` };
  } catch (error) {
    signal.throwIfAborted();
    return { is: 'unknown', message: wrapAws(error, `whether trail ${name} logs cannot be seen`).message };
  }
}

/** A trail without selectors logs all management events. */
function logsChanges({ EventSelectors = [], AdvancedEventSelectors = [] }: GetEventSelectorsCommandOutput): boolean {
  if (EventSelectors.length === 0 && AdvancedEventSelectors.length === 0) return true;
  const basic = EventSelectors.some(
    ({ IncludeManagementEvents, ReadWriteType }) => IncludeManagementEvents !== false && ReadWriteType !== 'ReadOnly',
  );
  const advanced = AdvancedEventSelectors.some(({ FieldSelectors = [] }) => {
    const equals = (field: string): readonly string[] | undefined =>
      FieldSelectors.find(({ Field }) => Field === field)?.Equals;
    return equals('eventCategory')?.includes('Management') === true && equals('readOnly')?.includes('true') !== true;
  });
  return basic || advanced;
}
