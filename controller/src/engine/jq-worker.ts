// Runs jq where it can be stopped: an expression may run forever, and WebAssembly does not yield.
import { parentPort } from 'node:worker_threads';
import { raw } from 'jq-wasm';

/** Expressions to run on one document. */
export interface JqQuestion {
  readonly id: number;
  readonly document: string;
  readonly expression: string;
}

/** The output of jq, one JSON value, or why there is none. */
export type JqAnswer = { readonly id: number } & ({ readonly output: string } | { readonly error: string });

// jq is ready before the first question is: what an expression takes is counted from there.
await raw('null', '.');
parentPort?.postMessage('ready', []);

parentPort?.on('message', (question: JqQuestion) => {
  void answerTo(question).then((answer) => parentPort?.postMessage(answer, []));
});

async function answerTo({ id, document, expression }: JqQuestion): Promise<JqAnswer> {
  try {
    return { id, output: await raw(document, expression, ['-c']) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
