import {
  PutEventSelectorsCommand,
  type PutEventSelectorsCommandInput,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventClients, eventClients } from '../../src/aws/event-clients.ts';
import { type Bootstrap, openBootstrap } from '../../src/cli/bootstrap/run.ts';
import { bootstrapRights } from '../../src/cli/iam-policy/events.ts';
import { trailInWords } from '../../src/cli/bootstrap/report.ts';
import { isEmpty, type Plan } from '../../src/core/plan.ts';
import { ACCOUNT, REGION } from '../sandboxed.ts';
import { eventWorld, type EventWorld, never } from './world.ts';

let world: EventWorld;
let clients: EventClients;
beforeEach(async () => {
  world = await eventWorld();
  clients = eventClients(await world.as('Admin', 'alice'));
});
afterEach(async () => {
  clients.close();
  await world[Symbol.asyncDispose]();
});

/** What a plan does: `update Rule/x /State`. */
function actions({ waves }: Plan): readonly string[] {
  return waves
    .flat()
    .filter(({ action }) => action !== 'none')
    .flatMap(({ action, ref, changes }) =>
      action === 'update' ? changes.map(({ path }) => `${action} ${ref} ${path}`) : [`${action} ${ref}`],
    );
}

async function attributesOf(queueUrl: string): Promise<Readonly<Record<string, string>>> {
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return Attributes;
}

const apply = (bootstrap: Bootstrap) => bootstrap.apply(() => undefined, never);

it('makes three queues and a rule for each source, and says each when it is done', async () => {
  const said: string[] = [];
  const bootstrap = await world.lookAt();
  expect(new Set(actions(bootstrap.plan).map((line) => line.split('/')[0]))).toEqual(
    new Set(['create Queue', 'create Rule']),
  );
  await bootstrap.apply((line) => said.push(line), never);
  expect(said).toHaveLength(bootstrap.plan.waves.flat().length);
  expect(said).toContain('Queue/longshore-tests-events  created');
});

it('changes nothing the second time', async () => {
  await world.bootstrap();
  const before = world.sandbox.calls();
  const again = await world.lookAt();
  expect(isEmpty(again.plan)).toBe(true);
  await apply(again);
  const changing = Object.entries(world.sandbox.calls()).filter(
    ([name, count]) => count !== (before[name] ?? 0) && !/:(Describe|List|Get)/u.test(name),
  );
  expect(changing).toEqual([]);
});

it('lets nobody but EventBridge, for these rules and this account, send to the queue', async () => {
  const attributes = await attributesOf(await world.bootstrap());
  const { Statement: statements } = JSON.parse(attributes['Policy'] ?? '{}') as {
    readonly Statement: readonly {
      readonly Principal: object;
      readonly Action: string;
      readonly Condition: { readonly ArnEquals: { readonly 'aws:SourceArn': readonly string[] } };
    }[];
  };
  expect(statements).toHaveLength(1);
  expect(statements[0]).toMatchObject({
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
  });
  const rules = statements[0]?.Condition.ArnEquals['aws:SourceArn'] ?? [];
  expect(rules).toContain(`arn:aws:events:${REGION}:${ACCOUNT}:rule/longshore-tests-calls-ecs`);
  expect(rules.filter((arn) => arn.includes('*'))).toEqual([]);
});

it('encrypts the queues, and keeps what could not be handed over or delivered', async () => {
  const queueUrl = await world.bootstrap();
  const attributes = await attributesOf(queueUrl);
  expect(attributes['SqsManagedSseEnabled']).toBe('true');
  expect(JSON.parse(attributes['RedrivePolicy'] ?? '{}')).toMatchObject({
    deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:longshore-tests-events-dead-letter`,
  });
  const { Targets: targets } = await clients.eventbridge.send(
    new ListTargetsByRuleCommand({ Rule: 'longshore-tests-calls-ecs' }),
  );
  expect(targets).toEqual([
    {
      Id: 'queue',
      Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:longshore-tests-events`,
      DeadLetterConfig: { Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:longshore-tests-events-undelivered` },
    },
  ]);
  for (const more of ['dead-letter', 'undelivered']) {
    expect(await attributesOf(`${queueUrl}-${more}`)).toMatchObject({ SqsManagedSseEnabled: 'true' });
  }
});

it('shows what somebody changed, field by field, and corrects it', async () => {
  const queueUrl = await world.bootstrap();
  const { sqs, eventbridge } = clients;
  const Name = 'longshore-tests-calls-ecs';
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { VisibilityTimeout: '5' } }));
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:*' }] };
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: `${queueUrl}-dead-letter`,
      Attributes: { Policy: JSON.stringify(policy) },
    }),
  );
  await eventbridge.send(new DisableRuleCommand({ Name }));
  const Targets = [{ Id: 'other', Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:other` }];
  await eventbridge.send(new PutTargetsCommand({ Rule: Name, Targets }));
  const drifted = await world.lookAt();
  expect(actions(drifted.plan)).toEqual([
    'update Queue/longshore-tests-events-dead-letter /Policy',
    'update Queue/longshore-tests-events /VisibilityTimeout',
    'update Rule/longshore-tests-calls-ecs /State',
    'update Rule/longshore-tests-calls-ecs /Targets/other',
  ]);
  await apply(drifted);
  expect(isEmpty((await world.lookAt()).plan)).toBe(true);
  expect(await attributesOf(`${queueUrl}-dead-letter`)).not.toHaveProperty('Policy');
});

describe('a thing of that name that is not ours', () => {
  it('is refused: a queue without our tag', async () => {
    await clients.sqs.send(new CreateQueueCommand({ QueueName: 'longshore-tests-events' }));
    const { plan } = await world.lookAt();
    expect(plan.refusals).toMatchObject([{ code: 'Foreign', ref: 'Queue/longshore-tests-events', approvable: false }]);
    expect(plan.refusals?.[0]?.message).toContain('has no tag longshore.dev/instance');
  });
  it('is refused: a rule of another installation', async () => {
    const Tags = [{ Key: 'longshore.dev/instance', Value: 'other' }];
    const EventPattern = '{"source":["aws.ecs"]}';
    await clients.eventbridge.send(new PutRuleCommand({ Name: 'longshore-tests-calls-ecs', EventPattern, Tags }));
    const { plan } = await world.lookAt();
    expect(plan.refusals?.[0]?.message).toContain('belongs to instance "other"');
  });
  it('is not deleted either', async () => {
    await clients.sqs.send(new CreateQueueCommand({ QueueName: 'longshore-tests-events' }));
    const Tags = [{ Key: 'longshore.dev/instance', Value: 'tests-2' }];
    const rule = new PutRuleCommand({ Name: 'longshore-tests-2-images', EventPattern: '{"source":["aws.ecr"]}', Tags });
    await clients.eventbridge.send(rule);
    expect((await world.lookAt({ remove: true })).plan.waves).toEqual([]);
    expect(actions((await world.lookAt()).plan).filter((line) => line.startsWith('delete'))).toEqual([]);
  });
});

it('goes on where it was killed: before, after and in the middle of any call', async () => {
  const calls = async (k: number): Promise<'done' | 'killed'> => {
    let n = 0;
    const controller = new AbortController();
    const aws = await world.as('Admin', `run-${k}`, {
      middleware: [
        async (call, send) => {
          if (/^(Describe|List|Get)/u.test(call.operation)) return send();
          n += 1;
          // Odd ones are killed before the call, even ones after it.
          if (n === Math.ceil(k / 2) && k % 2 === 1) controller.abort(new Error('killed'));
          controller.signal.throwIfAborted();
          const answer = await send();
          if (n === Math.ceil(k / 2)) controller.abort(new Error('killed'));
          return answer;
        },
      ],
    });
    const asked = { instance: 'tests', regional: true, global: false, remove: false };
    const bootstrap = await openBootstrap(aws, asked, world.clock, never);
    try {
      await bootstrap.apply(() => undefined, controller.signal);
      return 'done';
    } catch {
      return 'killed';
    } finally {
      bootstrap.close();
    }
  };
  // Each run goes on where the one before was killed: at its first call, after it, at its second ...
  let runs = 0;
  for (let k = 1; k <= 8; k += 1) if ((await calls(k)) === 'killed') runs += 1;
  expect(runs).toBe(8);
  await world.bootstrap();
  const last = await world.lookAt();
  expect(isEmpty(last.plan)).toBe(true);
  const { QueueUrls: queues = [] } = await clients.sqs.send(new ListQueuesCommand({}));
  expect(queues).toHaveLength(3);
});

it('takes away what it made, and what is made again a moment later waits for SQS', async () => {
  await world.bootstrap();
  const removal = await world.lookAt({ remove: true });
  expect(actions(removal.plan).slice(-1)).toEqual(['delete Queue/longshore-tests-events-dead-letter']);
  await apply(removal);
  expect((await clients.sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
  expect((await world.lookAt({ remove: true })).plan.waves).toEqual([]);
  const began = world.sandbox.now();
  await world.bootstrap();
  // A queue of the same name can be made 60 seconds after it was deleted.
  expect(world.sandbox.now() - began).toBeGreaterThan(30_000);
  expect(isEmpty((await world.lookAt()).plan)).toBe(true);
});

it('hears of IAM and Route 53 in us-east-1 alone, and takes the rules away when they are not wanted any more', async () => {
  const ruleNames = ({ plan }: Bootstrap) => actions(plan).filter((line) => /Rule.*calls-(roles|zones)/u.test(line));
  expect(ruleNames(await world.lookAt({ global: true }))).toEqual([]);
  const virginia = await world.lookAt({ global: true, regional: false }, 'us-east-1');
  expect(actions(virginia.plan).filter((line) => line.includes('Rule'))).toEqual(ruleNames(virginia));
  expect(ruleNames(virginia)).toEqual([
    'create Rule/longshore-tests-calls-roles',
    'create Rule/longshore-tests-calls-zones',
  ]);
  await apply(virginia);
  const without = await world.lookAt({}, 'us-east-1');
  expect(ruleNames(without)).toEqual([
    'delete Rule/longshore-tests-calls-roles',
    'delete Rule/longshore-tests-calls-zones',
  ]);
  await apply(without);
  expect(isEmpty((await world.lookAt({}, 'us-east-1')).plan)).toBe(true);
});

describe('the role of the controller', () => {
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [{ Effect: 'Allow' as const, Action: ['cloudtrail:LookupEvents'], Resource: ['*'] }],
  };
  const role = {
    name: 'longshore',
    trust: 'arn:aws:iam::999999999999:role/controller',
    externalId: 'xyz',
    policies: { 'longshore-events': policy },
  };

  it('is made with its policy, for one principal that knows the external id', async () => {
    await apply(await world.lookAt({ role }));
    const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: 'longshore' }));
    const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) as { Statement: unknown };
    expect(trust.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: role.trust },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'xyz' } },
      },
    ]);
    expect(isEmpty((await world.lookAt({ role })).plan)).toBe(true);
  });
  it('may be that of an AWS service, or of an account', async () => {
    await apply(await world.lookAt({ role: { ...role, trust: 'ecs-tasks.amazonaws.com' } }));
    const changed = await world.lookAt({ role: { ...role, trust: '999999999999' } });
    expect(actions(changed.plan)).toEqual([
      'update Role/longshore /AssumeRolePolicyDocument/Statement/0/Principal/AWS',
      'update Role/longshore /AssumeRolePolicyDocument/Statement/0/Principal/Service',
    ]);
    await apply(changed);
    expect(isEmpty((await world.lookAt({ role: { ...role, trust: '999999999999' } })).plan)).toBe(true);
  });
  it('loses what somebody allowed it besides', async () => {
    await apply(await world.lookAt({ role }));
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'longshore',
        PolicyName: 'admin',
        PolicyDocument: JSON.stringify(everything),
      }),
    );
    const drifted = await world.lookAt({ role });
    expect(actions(drifted.plan)).toEqual(['update Role/longshore /Policies/admin']);
    await apply(drifted);
    expect(isEmpty((await world.lookAt({ role })).plan)).toBe(true);
  });
  it('is deleted with its policies', async () => {
    await apply(await world.lookAt({ role }));
    await apply(await world.lookAt({ role, remove: true }));
    await expect(clients.iam.send(new GetRoleCommand({ RoleName: 'longshore' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });
});

describe('the trail', () => {
  const trail = async () => {
    const bootstrap = await world.lookAt();
    return { is: bootstrap.trail.is, words: trailInWords(bootstrap) };
  };
  it('is missed plainly when there is none, and what does not work without it is said', async () => {
    expect(await trail()).toEqual({ is: 'none', words: expect.stringContaining('changes by hand are seen by sweeps') });
  });
  it('is good when it logs management events that write', async () => {
    await world.startTrail();
    expect(await trail()).toEqual({ is: 'logs', words: 'CloudTrail: trail all logs the calls of this region.' });
  });
  it('is not enough when it is stopped, or leaves out what is needed', async () => {
    await world.startTrail();
    const select = async (selectors: Omit<PutEventSelectorsCommandInput, 'TrailName'>) => {
      // CloudTrail takes one such call a second.
      await world.sandbox.advance(1_000);
      await clients.cloudtrail.send(new PutEventSelectorsCommand({ TrailName: 'all', ...selectors }));
    };
    await select({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'ReadOnly' }] });
    expect((await trail()).words).toContain('trail all does not log management events that write');
    const field = { Field: 'eventCategory', Equals: ['Management'] };
    await select({ AdvancedEventSelectors: [{ Name: 'management', FieldSelectors: [field] }] });
    expect((await trail()).is).toBe('logs');
    const reads = { Name: 'reads', FieldSelectors: [field, { Field: 'readOnly', Equals: ['true'] }] };
    await select({ AdvancedEventSelectors: [reads] });
    expect((await trail()).is).toBe('none');
    await clients.cloudtrail.send(new StopLoggingCommand({ Name: 'all' }));
    expect((await trail()).words).toContain('trail all is stopped');
  });
  it('is not known when it cannot be seen', async () => {
    world.sandbox.fault({ effect: 'expiredCredentials', service: 'cloudtrail', operation: 'DescribeTrails' });
    expect((await trail()).is).toBe('unknown');
  });
});

it('calls nothing that the policy for it leaves out', async () => {
  const policies = {};
  const role = { name: 'longshore', trust: 'ecs-tasks.amazonaws.com', policies };
  const before = world.sandbox.calls();
  await apply(await world.lookAt({ role }));
  await clients.eventbridge.send(new DisableRuleCommand({ Name: 'longshore-tests-images' }));
  await apply(await world.lookAt({ role }));
  await apply(await world.lookAt({ role, remove: true }));
  const allowed = new Set(
    bootstrapRights('tests', { accountId: ACCOUNT, region: REGION }).flatMap(({ actions: all }) => all),
  );
  const made = Object.keys(world.sandbox.calls()).filter(
    (call) => world.sandbox.calls()[call] !== before[call] && call !== 'events:DisableRule',
  );
  expect(made.filter((call) => !allowed.has(call) && call !== 'sts:GetCallerIdentity')).toEqual([]);
  expect(made.length).toBeGreaterThan(15);
});

it('refuses a name of the installation that queues and rules cannot have', async () => {
  await expect(world.lookAt({ instance: 'prod eu/1' })).rejects.toThrow('letters, digits, hyphens and underscores');
  await expect(world.lookAt({ instance: 'x'.repeat(40) })).rejects.toThrow('1 to 32');
});

it('describes each rule in words', async () => {
  await world.bootstrap();
  const { Description } = await clients.eventbridge.send(new DescribeRuleCommand({ Name: 'longshore-tests-images' }));
  expect(Description).toBe('images that were pushed to ECR');
});
