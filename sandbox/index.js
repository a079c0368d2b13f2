// In a checkout the TypeScript source runs as it is; a packed package has only dist/.
import { existsSync } from 'node:fs';

const source = new URL('./src/index.ts', import.meta.url);
const { startSandbox } = await import(
  existsSync(source) ? source.href : new URL('./dist/index.js', import.meta.url).href
);

export { startSandbox };
