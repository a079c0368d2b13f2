import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@longshore/sandbox';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { virtualClock } from '../../test/virtual-clock.ts';
import type { ApplicationSpec, ImageUpdate } from '../api/application.ts';
import type { Event } from '../core/events.ts';
import type { ApplicationState } from '../engine/control.ts';
import { GitSources } from '../source/git.ts';
import { createRepository, temporaryFolder, type TestRepository } from '../source/testing/gitfixture.ts';
import { ecrRepositoryOf, listImages } from './registry.ts';
import { imageUpdater, type WantedPullRequest } from './updater.ts';

const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api';
const SERVICE = `kind: Service # ours\nspec:\n  task:\n    containers:\n      - {name: web, image: ${IMAGE}:1.0.0}\n`;

let sandbox: Sandbox;
let ecr: ECRClient;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let repository: TestRepository;
let bare = '';

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped', seed: 1 });
  ecr = new ECRClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'api' }));
  folder = await temporaryFolder();
  repository = await createRepository(join(folder.path, 'work'));
  await repository.commit('first', { 'shop/service.yaml': SERVICE, 'other/service.yaml': SERVICE });
  bare = join(folder.path, 'deploy.git');
  await repository.git('clone', '--quiet', '--bare', repository.folder, bare);
});
afterEach(async () => {
  ecr.destroy();
  await sandbox.close();
  await folder[Symbol.asyncDispose]();
});

async function push(tag: string): Promise<void> {
  await sandbox.advance(60_000);
  const layers = [
    { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 1, digest: `sha256:${'b'.repeat(64)}` },
  ];
  const config = {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: 1,
    digest: `sha256:${'c'.repeat(64)}`,
  };
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config,
    layers,
    annotations: { tag },
  });
  await ecr.send(new PutImageCommand({ repositoryName: 'api', imageTag: tag, imageManifest }));
}

function updater(update: Partial<ImageUpdate>, more: Partial<ApplicationState> = {}) {
  const spec: ApplicationSpec = {
    source: { repoURL: bare, targetRevision: 'main', path: 'shop' },
    imageUpdates: [{ image: IMAGE, policy: { semver: '^1.0' }, ...update }],
  };
  const events: Event[] = [];
  const refreshed: string[] = [];
  const pullRequests: WantedPullRequest[] = [];
  const clock = virtualClock();
  const made = imageUpdater({
    control: {
      states: () => [
        {
          name: 'shop',
          spec,
          status: {},
          conditions: [],
          origin: { kind: 'folder' },
          ...more,
        } as unknown as ApplicationState,
      ],
      refresh: async (name) => {
        refreshed.push(name);
        return { name } as ApplicationState;
      },
    },
    git: new GitSources({ cacheFolder: join(folder.path, 'cache'), allowFile: true, environment: process.env }),
    images: (image, signal) => listImages(ecr, ecrRepositoryOf(image), signal),
    openPullRequest: async (wanted) => void pullRequests.push(wanted),
    clock,
    emit: (code, level, message, data = {}) => events.push({ at: clock.now(), code, level, message, data }),
  });
  const check = () => made.check('shop', new AbortController().signal);
  return { made, check, events, refreshed, pullRequests };
}

const show = (revision: string) => repository.git('--git-dir', bare, 'show', revision);
const commits = async (branch: string) =>
  (await repository.git('--git-dir', bare, 'rev-list', branch)).split('\n').length;

it('commits a new image that fits, once, and leaves the rest of the file and of the repository alone', async () => {
  await push('1.0.0');
  await push('1.4.2');
  await push('2.0.0');
  const { check, events, refreshed } = updater({});
  await check();
  expect(await show('main:shop/service.yaml')).toBe(SERVICE.replace('1.0.0', '1.4.2').trim());
  expect(await show('main:other/service.yaml')).toBe(SERVICE.trim());
  expect(await repository.git('--git-dir', bare, 'log', '-1', '--format=%s', 'main')).toBe(
    'Update api to 1.4.2 in shop',
  );
  expect(events.map(({ code }) => code)).toEqual(['image.updated']);
  expect(events[0]?.data).toMatchObject({ application: 'shop', branch: 'main' });
  expect(refreshed).toEqual(['shop']);
  await check();
  expect(await commits('main')).toBe(2);
  expect(events).toHaveLength(1);
});

it('goes on top of what others have pushed in the meantime', async () => {
  await push('1.4.2');
  const { check, events } = updater({});
  await repository.commit('theirs', { 'shop/extra.yaml': 'a: 1\n' });
  await repository.git('push', '--quiet', bare, 'main');
  await check();
  expect(events.map(({ message }) => message)).toEqual(['Update api to 1.4.2 in shop']);
  expect(await show('main:shop/extra.yaml')).toBe('a: 1');
  expect(await show('main:shop/service.yaml')).toContain(':1.4.2');
});

it('proposes it on a branch of its own where a pull request is wanted, and main stays', async () => {
  await push('1.4.2');
  const { check, pullRequests, refreshed } = updater({ writeBack: { pullRequest: true } });
  await check();
  await check();
  expect(await commits('main')).toBe(1);
  expect(await show('longshore/images-shop:shop/service.yaml')).toContain(':1.4.2');
  expect(pullRequests[0]).toMatchObject({
    head: 'longshore/images-shop',
    base: 'main',
    title: 'Update api to 1.4.2 in shop',
  });
  expect(pullRequests[0]?.body).toContain(`service.yaml:5: ${IMAGE}:1.0.0 -> ${IMAGE}:1.4.2`);
  expect(refreshed).toEqual([]);
  await push('1.5.0');
  await check();
  expect(await show('longshore/images-shop:shop/service.yaml')).toContain(':1.5.0');
  expect(await commits('longshore/images-shop')).toBe(2);
});

it('pins the digest that a moving tag points at', async () => {
  await push('stable');
  const { check } = updater({ policy: { digest: { tag: 'stable' } } });
  await check();
  expect(await show('main:shop/service.yaml')).toMatch(/api@sha256:[0-9a-f]{64}\}/u);
});

it('is looked at when an image is pushed to a repository that it follows', async () => {
  await push('1.4.2');
  const { made } = updater({});
  await made.pushed('123456789012.dkr.ecr.eu-west-1.amazonaws.com/other', new AbortController().signal);
  expect(await commits('main')).toBe(1);
  await made.pushed(IMAGE, new AbortController().signal);
  expect(await commits('main')).toBe(2);
});

it('says once what goes wrong, and changes nothing', async () => {
  await push('1.4.2');
  const { check, events } = updater({ policy: { semver: 'nonsense' } });
  await check();
  await check();
  expect(events.map(({ code }) => code)).toEqual(['image.failed']);
  expect(events[0]?.message).toContain('"nonsense" is no range');
  expect(await commits('main')).toBe(1);
});

it.each([
  ['was not looked at yet', { status: undefined }],
  ['is refused by its Project', { conditions: [{ type: 'ProjectRefused', status: 'True' }] }],
  ['comes out of a repository and names a folder of this machine', { origin: { kind: 'Application', name: 'root' } }],
])('writes nothing for an Application that %s', async (_, more) => {
  await push('1.4.2');
  const { check, events } = updater({}, more as Partial<ApplicationState>);
  await check();
  expect(await commits('main')).toBe(1);
  expect(events).toEqual([]);
});

it('knows the repositories of ECR and no others', () => {
  expect(ecrRepositoryOf(IMAGE)).toEqual({ registryId: '123456789012', region: 'eu-west-1', name: 'api' });
  expect(ecrRepositoryOf('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/api').name).toBe('team/api');
  expect(() => ecrRepositoryOf('docker.io/library/nginx')).toThrow(/is no repository of Amazon ECR/u);
  expect(() => ecrRepositoryOf(`${IMAGE}:1.0.0`)).toThrow(/without tag/u);
});
