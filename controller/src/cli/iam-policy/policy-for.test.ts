import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { targetOf } from '../target.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { policyFor } from './policy-for.ts';

const READER = 'arn:aws:iam::111122223333:role/reader';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-policy-'));
  writeFileSync(
    join(folder, 'main.yaml'),
    'apiVersion: longshore.dev/v1alpha1\nkind: Cluster\nmetadata: {name: main}\nspec: {}\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

async function assumes(secretReaderRole: string | undefined): Promise<readonly unknown[]> {
  const io = recordingIo({ cwd: folder });
  const target = await targetOf(folder, { app: 'shop', param: {} }, io);
  const destination = secretReaderRole === undefined ? {} : { preflight: { secretReaderRole } };
  const policy = await policyFor({ ...target, spec: { ...target.spec, destination } }, {}, io);
  return policy.Statement.filter(({ Action }) => Action.includes('sts:AssumeRole'));
}

test('the role that reads values of secrets may be assumed, and only when there is one', async () => {
  expect(await assumes(READER)).toEqual([
    { Sid: 'Preflight', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [READER] },
  ]);
  expect(await assumes(undefined)).toEqual([]);
});
