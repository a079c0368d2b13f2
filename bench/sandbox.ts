// A sandbox without AWS's request rates in a process of its own, until it is ended:
// node bench/sandbox.ts [--restore FOLDER] [--stepped] [--speed TIMES]
import { parseArgs } from 'node:util';
import { startSandbox } from '@longshore/sandbox';

const { values } = parseArgs({
  options: {
    restore: { type: 'string' },
    stepped: { type: 'boolean', default: false },
    speed: { type: 'string', default: '1' },
  },
});
const sandbox = await startSandbox({
  port: 0,
  throttle: false,
  runtime: 'simulated',
  time: values.stepped ? 'stepped' : 'real',
  speed: Number(values.speed),
  ...(values.restore !== undefined && { restore: values.restore }),
});
console.log(sandbox.url);
