#!/usr/bin/env node
// Plain JavaScript that any Node can parse: says what is wrong on an old one, then starts the program.
import { existsSync } from 'node:fs';
import module from 'node:module';

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`longshore needs Node 24 or newer; this is Node ${process.versions.node} (${process.execPath}).
In a checkout, npm scripts run on the pinned Node: "npm exec -- longshore ..." or "npm start".`);
  process.exit(2);
}
module.enableCompileCache?.();
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
