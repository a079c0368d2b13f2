import { defineConfig } from 'vitest/config';

/** `npm run test:long`: what takes minutes, whole rollouts of every strategy first of all; `npm test` leaves it out. */
export default defineConfig({
  test: {
    include: [
      'controller/test/rollouts/**/*.test.ts',
      'controller/test/matrix/rollouts.test.ts',
      'controller/test/e2e/{demonstration,drift-events}.test.ts',
      'controller/src/kinds/service/{codedeploy,progressive}/{crash,driver,steering}.test.ts',
    ],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
