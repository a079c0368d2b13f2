// The whole test suite; arguments go to vitest ("npm test -- sandbox/src/services/ecs").
import { runSteps } from './steps.ts';

process.exitCode = runSteps([{ name: 'tests', command: ['vitest', 'run', ...process.argv.slice(2)] }]);
