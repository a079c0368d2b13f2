// Plain JavaScript that any Node can parse. `node scripts/run.js NAME ARGUMENTS`: runs scripts/NAME.ts on the Node of the
// project, and says what to do when npm took another one.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`Longshore runs on Node 24; this is Node ${process.versions.node} (${process.execPath}).
Node 24 comes with "npm ci" as the package "node", and npm scripts use it by themselves. If you see this in an npm script,
its install script did not run: "npm rebuild node" runs it (npm 12: the root package.json allows it in "allowScripts").`);
  process.exit(2);
}
const script = new URL(`./${process.argv[2]}.ts`, import.meta.url);
process.argv.splice(1, 2, script.pathname);
await import(script.href);
