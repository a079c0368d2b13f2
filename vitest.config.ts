import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['controller/**/*.test.ts', 'sandbox/**/*.test.ts', 'scripts/**/*.test.ts', 'samples/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      // What takes minutes: npm run test:long.
      'controller/test/rollouts/**',
      'controller/test/matrix/rollouts.test.ts',
      'controller/test/e2e/{demonstration,drift-events}.test.ts',
      'controller/src/kinds/service/{codedeploy,progressive}/{crash,driver,steering}.test.ts',
    ],
    // Workers beyond the cores only add start-up cost.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
