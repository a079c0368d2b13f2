import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { TerminalError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { JqAnswer, JqQuestion } from './jq-worker.ts';

/** Real time that one expression may take. */
const LIMIT_MS = 2_000;
const MAX_DOCUMENT = 1_000_000;
const MAX_EXPRESSION = 4_096;
const MEMORY_MB = 64;
/** Answers that are kept: the same documents are looked at again and again. */
const KEPT = 2_000;

/** Runs jq path expressions, in a thread of its own that starts when it is needed first. */
export interface Jq {
  /**
   * The places that a path expression names in a document; places that it cannot reach are left out.
   * @throws TerminalError `BadExpression` for one that jq does not understand, or that takes too long.
   */
  paths(expression: string, document: Json): Promise<readonly (readonly string[])[]>;
  close(): void;
}

/** A runner. jq sees the document and nothing else: neither files nor the environment of the process. */
export function jqRunner(): Jq {
  let thread: Thread | undefined;
  const answers = new Map<string, Promise<readonly (readonly string[])[]>>();
  const ask = async (expression: string, document: string): Promise<readonly (readonly string[])[]> => {
    thread ??= startThread(() => {
      thread = undefined;
    });
    // `try` around it all: what the document does not have is no error.
    const answer = await thread.ask(`[path(${expression})?]`, document);
    if ('error' in answer) throw badExpression(expression, inWords(answer.error));
    return asPlaces(answer.output);
  };
  return {
    async paths(expression, json) {
      if (expression.length > MAX_EXPRESSION) {
        throw badExpression(`${expression.slice(0, 40)}...`, `it has more than ${MAX_EXPRESSION} characters`);
      }
      const document = JSON.stringify(json);
      if (document.length > MAX_DOCUMENT) {
        throw badExpression(expression, `the manifest has more than ${MAX_DOCUMENT} characters`);
      }
      const key = createHash('sha256').update(`${expression}\n${document}`).digest('base64');
      const known = answers.get(key);
      if (known !== undefined) return known;
      const asked = ask(expression, document);
      answers.set(key, asked);
      // What took too long on a busy machine may be quick the next time.
      asked.catch(() => answers.delete(key));
      if (answers.size > KEPT) answers.delete(answers.keys().next().value ?? '');
      return asked;
    },
    close: () => thread?.stop(),
  };
}

interface Thread {
  ask(expression: string, document: string): Promise<JqAnswer>;
  stop(): void;
}

type Waiting = { readonly question: JqQuestion; readonly answered: (answer: JqAnswer) => void };

/** One question after the other; a thread that takes too long is ended, and the next question gets another. */
function startThread(ended: () => void): Thread {
  const file = `./jq-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
  const worker = new Worker(new URL(file, import.meta.url), {
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const queue: Waiting[] = [];
  let asked = 0;
  let isReady = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (why: string): void => {
    clearTimeout(timer);
    ended();
    void worker.terminate();
    for (const { question, answered } of queue.splice(0)) answered({ id: question.id, error: why });
  };
  const next = (): void => {
    clearTimeout(timer);
    const [first] = queue;
    if (first === undefined) {
      worker.unref();
      return;
    }
    worker.ref();
    if (!isReady) return;
    timer = setTimeout(() => stop(`it takes longer than ${LIMIT_MS / 1000} s`), LIMIT_MS);
    worker.postMessage(first.question, []);
  };
  worker.on('message', (answer: JqAnswer | 'ready') => {
    if (answer === 'ready') isReady = true;
    else queue.shift()?.answered(answer);
    next();
  });
  worker.on('error', (error) => stop(error instanceof Error ? error.message : String(error)));
  worker.unref();
  return {
    ask: (expression, document) =>
      new Promise((resolve) => {
        asked += 1;
        queue.push({ question: { id: asked, expression, document }, answered: resolve });
        if (queue.length === 1) next();
      }),
    stop: () => stop('the program ends'),
  };
}

function asPlaces(output: string): readonly (readonly string[])[] {
  const text = output.trim();
  const paths: unknown = text === '' ? [] : JSON.parse(text);
  return (paths as readonly (readonly unknown[])[]).map((path) => path.map(String));
}

/** jq's own words, without where in our wrapping it stumbled. */
function inWords(error: string): string {
  const [first = ''] = error.split(/ at <top-level>|\n/);
  return first.replace(/^(Failed to execute raw query: )?(jq: )?(error: )?/, '');
}

function badExpression(expression: string, why: string): TerminalError {
  return new TerminalError('BadExpression', `"${expression}" is no jq path expression: ${why}`);
}
