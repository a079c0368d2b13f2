import { relative } from 'node:path';
import type { Environment } from './environment.ts';

/** What a person sees first. */
export function greeting(sandboxUrl: string, speed: number): string {
  const pace = speed === 1 ? '' : `, where time passes ${speed} times as fast`;
  return `Longshore quickstart: a local AWS at ${sandboxUrl}${pace}, a Git repository, and a controller that follows it.\n`;
}

/** What a person sees when everything runs: where it answers, and what to try. */
export function welcome(environment: Environment): string {
  const url = environment.serviceUrl();
  const repository = relative(process.cwd(), environment.repository.folder);
  return [
    '',
    `The Application "hello" is Synced and Healthy.`,
    '',
    `  the service   ${url}   (a local process for each task, behind a local load balancer)`,
    `  AWS           ${environment.sandboxUrl}   (the sandbox; region us-east-1, access key 000000000000)`,
    `  Git           ${repository}   (branch main: the controller looks every second)`,
    `  the API       ${environment.apiUrl}   (whoever is on this machine may do everything)`,
    '',
    '  In another terminal, watch it answer:',
    `    while sleep 0.2; do curl -s ${url}; done`,
    '',
    '  Deploy another version: no request fails.',
    `    sed -i.bak -e 's/hello:v1/hello:v2/' ${repository}/manifests/service.yaml`,
    `    git -C ${repository} commit -am 'Deploy v2'`,
    '',
    '  Deploy one whose health check fails: the circuit breaker goes back, and the sync fails with the reason.',
    `    sed -i.bak -e 's/hello:v2/hello:broken/' ${repository}/manifests/service.yaml`,
    `    git -C ${repository} commit -am 'Deploy a broken version'`,
    '',
    '  Ask the controller: status, history, what a sync would change.',
    `    export LONGSHORE_SERVER=${environment.apiUrl}`,
    '    npm exec -- longshore app list',
    '    npm exec -- longshore app get hello',
    '    npm exec -- longshore app history hello',
    '    npm exec -- longshore app diff hello',
    '',
    '  Ctrl-C stops everything. "npm start" begins anew, "npm start -- --once" takes the tour by itself.',
    '',
  ].join('\n');
}
