/** A task of the service that was not told to stop, as the scheduler sees it. */
export interface SchedulableTask {
  readonly id: string;
  /** Whether it belongs to the PRIMARY deployment. */
  readonly primary: boolean;
  /**
   * `starting`: not RUNNING yet; `settling`: RUNNING, but its health is not known yet;
   * `healthy`: counts towards the minimum; `unhealthy`: a health check fails.
   */
  readonly state: 'starting' | 'settling' | 'healthy' | 'unhealthy';
  /** Task scale-in protection: the scheduler may not stop it. */
  readonly protected: boolean;
  readonly availabilityZone: string;
}

/** A service at one moment. */
export interface Situation {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly tasks: readonly SchedulableTask[];
  /** False while launches are backed off, and when tasks cannot be placed. */
  readonly mayStart: boolean;
  /** The PRIMARY deployment FAILED and nothing rolls it back: nothing more is started and nothing old is replaced. */
  readonly stalled: boolean;
}

/** What to do now. Stopped tasks free their place at the next pass. */
export interface Decision {
  readonly start: number;
  readonly stop: readonly SchedulableTask[];
  /** Why nothing can move. */
  readonly blockedBy: 'deploymentConfiguration' | 'protection' | undefined;
}

/** The fewest healthy tasks that the scheduler's own stops may leave: rounded up. */
export function minimumHealthy(desiredCount: number, percent: number): number {
  return Math.ceil((desiredCount * percent) / 100);
}

/** The most tasks that may be RUNNING or pending while the scheduler starts more: rounded down. */
export function maximumTasks(desiredCount: number, percent: number): number {
  return Math.floor((desiredCount * percent) / 100);
}

/**
 * The rolling update, as one step of it.
 * Sources: API_DeploymentConfiguration (rounding, one-by-one stops of unhealthy tasks to clear up capacity) and the
 * developer guide, "Amazon ECS services" (an unhealthy task goes once its replacement is healthy, or is unhealthy too).
 */
export function decide(situation: Situation): Decision {
  const { desiredCount, tasks } = situation;
  const floor = minimumHealthy(desiredCount, situation.minimumHealthyPercent);
  const ceiling = maximumTasks(desiredCount, situation.maximumPercent);
  const primary = tasks.filter((task) => task.primary);
  const old = tasks.filter((task) => !task.primary);
  const usable = primary.filter((task) => task.state !== 'unhealthy');
  const failing = primary.filter((task) => task.state === 'unhealthy');
  const stops = new Stops(tasks);

  // Too many: the ones that serve nobody go first.
  const surplus = usable.length - desiredCount;
  const idle = stops.take(order(usable, ['starting', 'settling']), surplus);
  stops.take(order(usable, ['healthy']), Math.min(surplus - idle, stops.healthyLeft - floor));
  const healthy = stops.left(primary, 'healthy');
  stops.take(failing, healthy + failing.length - desiredCount);

  const wanted = situation.stalled ? 0 : Math.max(0, desiredCount - usable.length);
  const room = Math.max(0, ceiling - (tasks.length - stops.size));
  const start = situation.mayStart ? Math.min(wanted, room) : 0;

  if (!situation.stalled) {
    if (healthy >= desiredCount) {
      stops.take(old, old.length);
    } else {
      // Old tasks that serve nobody, then those that the new ones already stand in for.
      stops.take(order(old, ['starting', 'unhealthy']), old.length);
      stops.take(order(old, ['healthy']), stops.healthyLeft - desiredCount);
      const needed = situation.mayStart ? wanted - room : 0;
      if (needed > 0 && stops.size === 0) {
        const freed = stops.take(order(old, ['settling']), needed);
        const more = stops.take(order(old, ['healthy']), Math.min(needed - freed, stops.healthyLeft - floor));
        if (start === 0 && freed + more === 0) stops.take(failing, 1);
      }
    }
  }
  return { start, stop: stops.all, blockedBy: blockedBy(situation, wanted, start, stops) };
}

/** Nothing to do although something should happen, and no task is under way whose outcome would change that. */
function blockedBy(situation: Situation, wanted: number, start: number, stops: Stops): Decision['blockedBy'] {
  if (stops.refused && stops.size === 0 && start === 0) return 'protection';
  const waiting = situation.tasks.some((task) => task.state === 'starting' || task.state === 'settling');
  const stuck = wanted > 0 && situation.mayStart && start === 0 && stops.size === 0 && !waiting;
  return stuck ? 'deploymentConfiguration' : undefined;
}

/** The tasks chosen to stop; never a protected one. */
class Stops {
  private readonly chosen = new Set<SchedulableTask>();
  private readonly tasks: readonly SchedulableTask[];
  /** How many tasks stay, by Availability Zone. */
  private readonly inZone = new Map<string, number>();
  /** Whether protection kept a task that should go. */
  refused = false;

  constructor(tasks: readonly SchedulableTask[]) {
    this.tasks = tasks;
    for (const { availabilityZone } of tasks) this.inZone.set(availabilityZone, this.tasksLeftIn(availabilityZone) + 1);
  }

  get size(): number {
    return this.chosen.size;
  }

  get all(): readonly SchedulableTask[] {
    return [...this.chosen];
  }

  /** Healthy tasks of all deployments that stay. */
  get healthyLeft(): number {
    return this.left(this.tasks, 'healthy');
  }

  /** How many of these tasks in this state stay. */
  left(tasks: readonly SchedulableTask[], state: SchedulableTask['state']): number {
    return tasks.filter((task) => task.state === state && !this.chosen.has(task)).length;
  }

  /** Takes up to `wanted` of the candidates, those of the fullest Availability Zone first. Gives how many it took. */
  take(candidates: readonly SchedulableTask[], wanted: number): number {
    const left = candidates.filter((task) => !task.protected && !this.chosen.has(task));
    let taken = 0;
    while (taken < wanted) {
      const index = this.fullestZone(left);
      const [next] = left.splice(index, 1);
      if (!next) break;
      this.chosen.add(next);
      this.inZone.set(next.availabilityZone, this.tasksLeftIn(next.availabilityZone) - 1);
      taken++;
    }
    if (taken < wanted && candidates.some((task) => task.protected)) this.refused = true;
    return taken;
  }

  /** Index of the candidate, among those in the state of the first, whose zone holds most of the remaining tasks. */
  private fullestZone(candidates: readonly SchedulableTask[]): number {
    let best = 0;
    let most = -1;
    for (const [index, task] of candidates.entries()) {
      const remaining = this.tasksLeftIn(task.availabilityZone);
      if (task.state !== candidates[0]?.state || remaining <= most) continue;
      best = index;
      most = remaining;
    }
    return best;
  }

  private tasksLeftIn(zone: string): number {
    return this.inZone.get(zone) ?? 0;
  }
}

/** The tasks of these states, in the order of the states. */
function order(tasks: readonly SchedulableTask[], states: readonly SchedulableTask['state'][]): SchedulableTask[] {
  return states.flatMap((state) => tasks.filter((task) => task.state === state));
}
