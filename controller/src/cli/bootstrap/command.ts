import { resolve } from 'node:path';
import { TerminalError } from '../../core/errors.ts';
import { differs, isEmpty, type Plan } from '../../core/plan.ts';
import { renderJson } from '../../core/render/json.ts';
import { GLOBAL_REGION } from '../../engine/events/patterns.ts';
import { destinations } from '../destinations.ts';
import type { Globals } from '../globals.ts';
import { eventRights } from '../iam-policy/events.ts';
import { policyFor } from '../iam-policy/policy-for.ts';
import { type PolicyDocument, policyOf } from '../iam-policy/policy.ts';
import { instanceOf } from '../instance.ts';
import { EXIT, type Io } from '../io.ts';
import { packageVersion } from '../package-version.ts';
import { type PlanFormat, renderPlan } from '../render-plan.ts';
import { systemClock } from '../system-clock.ts';
import { targetOf } from '../target.ts';
import { configurationFor, type EventQueueAt } from './configuration.ts';
import { trailInWords } from './report.ts';
import { isAwsService } from './role.ts';
import { type Asked, type Bootstrap, openBootstrap } from './run.ts';
import type { WantedRole } from './wanted.ts';

/** Options of `longshore bootstrap`. */
export interface BootstrapOptions {
  readonly region: readonly string[];
  readonly account?: string;
  readonly global: boolean;
  readonly role?: string;
  readonly trust?: string;
  readonly externalId?: string;
  readonly manifests?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly remove: boolean;
  readonly output: PlanFormat;
}

/** Plans every region, shows the plan, asks, carries it out, and prints what goes into the configuration. */
export async function runBootstrap(options: BootstrapOptions, globals: Globals, io: Io): Promise<void> {
  refuseWrongOptions(options, io);
  const instance = instanceOf(io);
  const interruption = io.interruption();
  const { signal } = interruption;
  const aws = destinations({
    clock: systemClock,
    agent: { version: packageVersion(), instance },
    ...(globals.endpointUrl !== undefined && { endpoint: globals.endpointUrl }),
  });
  const open: Bootstrap[] = [];
  try {
    const policies = options.role === undefined ? {} : await policiesFor(instance, options, io);
    for (const [index, { region, regional }] of regionsOf(options).entries()) {
      const context = await aws.to({
        ...(options.account !== undefined && { accountId: options.account }),
        ...(region !== undefined && { region }),
      });
      const role = index === 0 ? roleOf(options, policies) : undefined;
      const asked: Asked = {
        instance,
        regional,
        global: options.global,
        remove: options.remove,
        ...(role !== undefined && { role }),
      };
      open.push(await openBootstrap(context, asked, systemClock, signal));
    }
    show(open, options, io);
    if (options.dryRun) {
      io.exit(open.some(({ plan }) => differs(plan) || refusals(plan) > 0) ? EXIT.changes : EXIT.ok);
      return;
    }
    refuseForeign(open);
    if (open.every(({ plan }) => isEmpty(plan)) || options.yes || (await agreed(io, signal))) {
      for (const each of open) await each.apply((line) => io.stderr(`${line}\n`), signal);
    } else {
      io.stderr('nothing was changed\n');
      return;
    }
    if (!options.remove && options.output === 'text') await showConfiguration(open, options, io, signal);
  } finally {
    for (const each of open) each.close();
    await aws.close();
    interruption.dispose();
  }
}

function refuseWrongOptions(options: BootstrapOptions, io: Io): void {
  if (options.role !== undefined && options.trust === undefined && !options.remove) {
    throw new TerminalError(
      'NeedsTrust',
      '--role makes a role, and --trust says who may assume it: the ARN of the role that the controller runs as, or an ' +
        'AWS service such as ecs-tasks.amazonaws.com',
    );
  }
  if (options.role === undefined && (options.trust ?? options.externalId ?? options.manifests) !== undefined) {
    throw new TerminalError('NeedsRole', '--trust, --external-id and --manifests are about the role of --role NAME');
  }
  if (!options.yes && !options.dryRun && (!io.stdinIsTTY || options.output !== 'text')) {
    throw new TerminalError(
      'NeedsYes',
      'bootstrap asks before it changes anything, and nobody can answer here: add --yes, or --dry-run to see the plan.',
    );
  }
}

/** Each region once. us-east-1 is added for services without regions. */
function regionsOf({ region, global }: BootstrapOptions): readonly {
  readonly region: string | undefined;
  readonly regional: boolean;
}[] {
  const named = [...new Set(region)].map((each) => ({ region: each, regional: true }));
  const regions = named.length === 0 ? [{ region: undefined, regional: true }] : named;
  return global && !region.includes(GLOBAL_REGION) ? [...regions, { region: GLOBAL_REGION, regional: false }] : regions;
}

/** Reading events, and what the manifests need where some are named. The role is one for all regions. */
async function policiesFor(
  instance: string,
  { account, manifests }: BootstrapOptions,
  io: Io,
): Promise<Readonly<Record<string, PolicyDocument>>> {
  const events = policyOf(eventRights(instance, { accountId: account ?? '*', region: '*' }));
  if (manifests === undefined) return { 'longshore-events': events };
  const target = await targetOf(resolve(io.cwd, manifests), { param: {} }, io);
  return {
    'longshore-events': events,
    'longshore-deploy': await policyFor(target, account === undefined ? {} : { account }, io),
  };
}

function roleOf(
  { role, trust, externalId }: BootstrapOptions,
  policies: Readonly<Record<string, PolicyDocument>>,
): WantedRole | undefined {
  if (role === undefined) return undefined;
  return { name: role, trust: trust ?? '', policies, ...(externalId !== undefined && { externalId }) };
}

function show(open: readonly Bootstrap[], { output }: BootstrapOptions, io: Io): void {
  if (output === 'json') {
    const regions = open.map(({ plan, trail }) => ({ ...(JSON.parse(renderJson(plan)) as object), trail }));
    io.stdout(`${JSON.stringify(regions, undefined, 2)}\n`);
    return;
  }
  for (const each of open) {
    io.stdout(`${renderPlan(each.plan, output, io)}\n${trailInWords(each)}\n\n`);
  }
}

function refusals({ refusals: all = [] }: Plan): number {
  return all.length;
}

function refuseForeign(open: readonly Bootstrap[]): void {
  const all = open.flatMap(({ plan }) => plan.refusals ?? []);
  if (all.length === 0) return;
  throw new TerminalError('Foreign', `nothing was changed: ${all.map(({ message }) => message).join('\n')}`);
}

/** Only `yes` is a yes. */
async function agreed(io: Io, signal: AbortSignal): Promise<boolean> {
  const answer = await io.ask(`Do this? ${io.style('dim', '(yes/no)')} `, signal);
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}

async function showConfiguration(
  open: readonly Bootstrap[],
  { role: name, trust = '', externalId }: BootstrapOptions,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const queues: EventQueueAt[] = [];
  for (const each of open) {
    const queueUrl = await each.queueUrl(signal);
    if (queueUrl !== undefined) queues.push({ where: each.where, queueUrl });
  }
  const readAs = name === undefined || isAwsService(trust) ? undefined : { name, ...(externalId && { externalId }) };
  io.stdout(
    `# For the ControllerConfiguration (longshore controller --config FILE):\n${configurationFor(queues, readAs)}`,
  );
}
