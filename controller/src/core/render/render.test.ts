import { describe, expect, it } from 'vitest';
import type { Plan } from '../plan.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { renderText } from './text.ts';

const position = { file: 'api.yaml', line: 3, column: 1 };

const plan: Plan = {
  application: 'shop',
  accountId: '111111111111',
  region: 'eu-west-1',
  revision: '3f2a91c04b5d6e7f8091a2b3c4d5e6f708192a3b',
  digest: 'd',
  waves: [
    [
      {
        ref: 'Cluster/main',
        action: 'create',
        parts: [],
        position,
        notes: [],
        changes: [
          { part: 'Cluster', path: '/capacityProviders', to: ['FARGATE'], effect: 'inPlace' },
          {
            part: 'Cluster',
            path: '/executeCommand',
            to: { logging: 'OVERRIDE', logGroup: '/ecs/exec' },
            effect: 'inPlace',
          },
        ],
      },
      { ref: 'TargetGroup/api', action: 'none', parts: [], position, notes: [], changes: [] },
    ],
    [
      {
        ref: 'Service/api',
        action: 'update',
        parts: [],
        position,
        notes: ['/desiredCount is held by ScalingPolicy/api (2 to 20): it scales'],
        changes: [
          { part: 'ecs:service', path: '/desiredCount', from: 1, to: 2, effect: 'inPlace' },
          {
            part: 'ecs:task-definition',
            path: '/task/containers/web/image',
            from: 'web:1',
            to: 'web:2',
            effect: 'restartsTasks',
          },
          { part: 'ecs:service', path: '/tags/longshore.dev~1schema', to: '1', effect: 'inPlace' },
          {
            part: 'ecs:service',
            path: '/cluster',
            from: 'arn:1',
            to: { afterApply: ['Cluster/main'] },
            effect: 'inPlace',
          },
          { part: 'ecs:service', path: '/platformVersion', from: '1.4.0', effect: 'inPlace' },
        ],
      },
    ],
    [
      {
        ref: 'Service/old',
        action: 'delete',
        parts: [{ type: 'ecs:service', id: 'arn:old' }],
        notes: ['not in the source any more'],
        changes: [],
      },
    ],
  ],
  findings: [
    { code: 'LS1001', severity: 'warning', path: '/task', message: 'moving tag', ref: 'Service/api', position },
  ],
  refusals: [{ code: 'Deletions', approvable: true, message: 'too many deletions' }],
};

const none: Plan = {
  ...plan,
  waves: [[{ ref: 'Cluster/main', action: 'none', parts: [], position, notes: [], changes: [] }]],
  findings: [],
  refusals: [],
};

describe('text', () => {
  it('shows each field before and after, and what it does to what runs', () => {
    expect(renderText(plan)).toBe(`shop at 3f2a91c04b5d  account 111111111111, eu-west-1

+ Cluster/main  create
    capacityProviders: ["FARGATE"]
    executeCommand:
      logging: OVERRIDE
      logGroup: /ecs/exec

~ Service/api  update, restarts tasks
    desiredCount: 1 -> 2
    task.containers.web.image: "web:1" -> "web:2"  (restarts tasks)
    tags["longshore.dev/schema"]: "1"
    cluster: "arn:1" -> (known after apply)
    platformVersion: "1.4.0" -> (none)
    # /desiredCount is held by ScalingPolicy/api (2 to 20): it scales

- Service/old  delete
    arn:old
    # not in the source any more

warning LS1001 api.yaml:3:1: Service/api: moving tag

needs approval: too many deletions

Plan: 1 to create, 1 to update, 1 to delete, 1 unchanged.
`);
  });

  it('says so when there is nothing to do', () => {
    expect(renderText(none)).toContain('No changes. 1 unchanged');
  });

  it('does not say that nothing differs when a failed revision is held, or something belongs to others', () => {
    const [change] = plan.waves[1]?.[0]?.changes ?? [];
    const step = { action: 'none', parts: [], position, notes: [], changes: change ? [change] : [] } as const;
    const left: Plan = {
      ...none,
      waves: [
        ...none.waves,
        [
          { ...step, ref: 'Service/api', held: true },
          { ...step, ref: 'Service/old' },
        ],
      ],
    };
    const verdict =
      'A sync would change nothing, and AWS is not as Git says: 1 unchanged, 1 held: Service/api, 1 left alone: Service/old.';
    expect(renderText(left)).toContain(verdict);
    expect(renderText(left)).toContain('  Service/api  held\n    desiredCount: 1 -> 2');
    expect(renderMarkdown(left)).toContain(verdict.replace('says:', 'says:**'));
    expect(renderMarkdown(left)).toContain('| `Service/api` | held | 1 |');
    expect(JSON.parse(renderJson(left))).toMatchObject({ empty: true, differs: true });
  });

  it('uses colours only when asked to, and the same words then', () => {
    const escape = String.fromCharCode(27);
    expect(renderText(plan)).not.toContain(escape);
    const coloured = renderText(plan, { colour: true });
    expect(coloured).toContain(`${escape}[31m"web:1"${escape}[0m`);
    expect(coloured.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '')).toBe(renderText(plan));
  });

  it('lets no value steer the terminal or hide what it says', () => {
    const nasty = '\u001b[2J\u202egnirts\u009b31m';
    const text = renderText({
      ...plan,
      waves: [
        [
          {
            ...(plan.waves[0]?.[0] as Plan['waves'][0][0]),
            changes: [
              { part: 'x', path: '/a', to: nasty, effect: 'inPlace' },
              { part: 'x', path: '/b', to: { c: nasty }, effect: 'inPlace' },
            ],
            notes: [nasty],
          },
        ],
      ],
    });
    for (const character of ['\u001b', '\u202e', '\u009b']) expect(text).not.toContain(character);
    expect(text).toContain('\\u202egnirts');
  });
});

describe('markdown', () => {
  it('has a row for each resource that changes and the fields folded', () => {
    const markdown = renderMarkdown(plan);
    expect(markdown).toContain('### Longshore: `shop` at `3f2a91c04b5d`');
    expect(markdown).toContain('**Plan:** 1 to create, 1 to update, 1 to delete, 1 unchanged.');
    expect(markdown).toContain('| `Service/api` | update | 5 | restarts tasks<br>');
    expect(markdown).toContain('> ⚠️ **Needs approval:** too many deletions');
    expect(markdown).toContain('<details><summary>Fields</summary>');
    expect(markdown).toContain('task.containers.web.image: "web:1" -> "web:2"  (restarts tasks)');
    expect(renderMarkdown(none)).toContain('**No changes.**');
  });

  it('keeps markup, mentions and fences of others from doing anything', () => {
    const [[create]] = plan.waves as [[Plan['waves'][0][0]]];
    const markdown = renderMarkdown({
      ...plan,
      waves: [
        [
          {
            ...create,
            changes: [{ part: 'x', path: '/a', to: '```\n</details>', effect: 'inPlace' }],
            notes: ['@team <img src=x> | [x](javascript:1)'],
          },
        ],
      ],
    });
    const [table = ''] = markdown.split('<details>');
    expect(table).not.toContain('<img');
    expect(table).not.toContain('@team');
    expect(table).not.toContain('[x](');
    expect(markdown).toContain('````text');
  });

  it('fits into a comment, and says when fields had to be left out', () => {
    const markdown = renderMarkdown(plan, { maxLength: 700 });
    expect(markdown.length).toBeLessThanOrEqual(700);
    expect(markdown).toContain('do not fit here');
  });
});

describe('every form', () => {
  it.each([renderText, renderMarkdown, renderJson])('is the same twice, also from a saved plan', (render) => {
    const saved = JSON.parse(JSON.stringify(plan)) as Plan;
    expect(render(plan)).toBe(render(plan));
    expect(render(saved)).toBe(render(plan));
  });

  it('is JSON for programs', () => {
    expect(JSON.parse(renderJson(plan))).toMatchObject({ empty: false, application: 'shop' });
    expect(JSON.parse(renderJson(none))).toMatchObject({ empty: true });
  });
});

describe('hooks', () => {
  const hook = (phase: 'PreSync' | 'PostSync' | 'SyncFail', name: string) =>
    ({ ref: `Job/${name}`, phase, wave: 0, position }) as const;
  const hooked: Plan = {
    ...plan,
    hooks: [hook('PreSync', 'migrate'), hook('PreSync', 'seed'), hook('PostSync', 'smoke'), hook('SyncFail', 'alarm')],
  };

  it('are said with their phases, in a terminal and on a pull request', () => {
    expect(renderText(hooked)).toContain(
      'hook PreSync  Job/migrate, Job/seed\nhook PostSync  Job/smoke\nhook SyncFail (only when it fails)  Job/alarm\n',
    );
    expect(renderMarkdown(hooked)).toContain('| PreSync | Job/migrate, Job/seed |\n| PostSync | Job/smoke |');
    expect(JSON.parse(renderJson(hooked))).toMatchObject({ hooks: hooked.hooks });
  });

  it('change nothing by themselves', () => {
    expect(renderText({ ...hooked, waves: [] })).toContain('No changes.');
  });
});
