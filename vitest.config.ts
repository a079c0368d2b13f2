import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['controller/**/*.test.ts', 'sandbox/**/*.test.ts', 'scripts/**/*.test.ts', 'samples/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Workers beyond the cores only add start-up cost.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
