import type { Command } from 'commander';
import { EXIT, type Io } from '../io.ts';
import { outputOption } from '../output.ts';

interface ExplainOptions {
  readonly output: 'text' | 'json';
}

/** `longshore explain KIND[.field]`, `longshore explain LS1001` */
export function register(program: Command, io: Io): void {
  program
    .command('explain')
    .description('Says what a kind, a field or a lint rule means.')
    .argument('[topic]', 'KIND, KIND.field.path or LSnnnn (without: every kind)')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nExamples:\n  longshore explain Service\n  longshore explain Service.task.containers\n  longshore explain LS1001',
    )
    .action((topic: string | undefined, { output }: ExplainOptions) => run(topic, output, io));
}

async function run(topic: string | undefined, output: 'text' | 'json', io: Io): Promise<void> {
  const [{ findTopic }, render, { findRule }, { KINDS, schemaOf }] = await Promise.all([
    import('../explain/find.ts'),
    import('../explain/render.ts'),
    import('../explain/rule.ts'),
    import('../../core/manifests/schemas.ts'),
  ]);
  const json = (answer: unknown) => io.stdout(`${JSON.stringify(answer, undefined, 2)}\n`);
  if (topic === undefined) {
    const describe = (kind: string) => schemaOf(kind)?.description ?? '';
    if (output === 'json') json(KINDS.map((kind) => ({ kind, description: describe(kind) })));
    else io.stdout(render.renderKinds(describe, io));
  } else if (/^ls[0-9]+$/i.test(topic)) {
    const rule = findRule(topic);
    if (output === 'json') json(rule);
    else io.stdout(render.renderRule(rule, io));
  } else {
    const found = findTopic(topic);
    if (output === 'json') json(found);
    else io.stdout(render.renderTopic(found, io));
  }
  io.exit(EXIT.ok);
}
