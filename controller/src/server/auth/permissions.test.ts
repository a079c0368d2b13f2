import { describe, expect, it } from 'vitest';
import type { ProjectState } from '../../engine/control.ts';
import { type Action, grantsOf, highestAccess, isAllowed, REQUIRED_ACCESS } from './permissions.ts';
import type { Grant, User } from './principal.ts';

const ann: User = {
  type: 'user',
  subject: 'ann',
  name: 'ann@example.com',
  email: 'ann@example.com',
  groups: ['ops'],
  expiresAt: new Date('2100-01-01'),
};

const project = (...roles: NonNullable<ProjectState['spec']['roles']>): ProjectState => ({
  name: 'shop',
  spec: { roles },
});

describe('the roles of somebody', () => {
  it('are those that name a group of theirs, their sub, or their verified e-mail', () => {
    const given = (role: object): readonly Grant[] =>
      grantsOf(ann, [project({ name: 'r', access: 'viewer', ...role })], []);
    expect(given({ groups: ['ops'] })).toEqual([{ project: 'shop', access: 'viewer' }]);
    expect(given({ users: ['ann'] })).toHaveLength(1);
    expect(given({ users: ['ann@example.com'] })).toHaveLength(1);
    expect(given({ users: ['ops'], groups: ['ann'] })).toEqual([]);
    expect(given({})).toEqual([]);
  });

  it('are none without a Project or the configuration: nothing is allowed by default', () => {
    expect(grantsOf(ann, [project()], [])).toEqual([]);
    expect(grantsOf(ann, [], [{ access: 'viewer', groups: ['ops'] }])).toEqual([{ access: 'viewer' }]);
  });
});

describe('an action', () => {
  const deployer: readonly Grant[] = [{ project: 'shop', access: 'deployer' }];

  it('is allowed from the role on that it needs', () => {
    const rank = ['viewer', 'deployer', 'admin'] as const;
    for (const [action, needs] of Object.entries(REQUIRED_ACCESS)) {
      for (const access of rank) {
        const isEnough = rank.indexOf(access) >= rank.indexOf(needs);
        const target = { project: 'shop', application: 'web' };
        expect([action, access, isAllowed([{ access }], action as Action, target)]).toEqual([action, access, isEnough]);
      }
    }
  });

  it('is not allowed in another Project, nor for the controller as a whole', () => {
    expect(isAllowed(deployer, 'application.sync', { project: 'shop', application: 'web' })).toBe(true);
    expect(isAllowed(deployer, 'application.sync', { project: 'post', application: 'web' })).toBe(false);
    expect(isAllowed(deployer, 'application.read', {})).toBe(false);
    expect(isAllowed([{ project: 'shop', access: 'admin' }], 'token.manage', {})).toBe(false);
  });

  it('is not allowed for Applications that a role does not name, nor for its Project as a whole', () => {
    const some: readonly Grant[] = [{ project: 'shop', access: 'admin', applications: ['web-*'] }];
    expect(isAllowed(some, 'application.delete', { project: 'shop', application: 'web-eu' })).toBe(true);
    expect(isAllowed(some, 'application.delete', { project: 'shop', application: 'api' })).toBe(false);
    expect(isAllowed(some, 'token.manage', { project: 'shop' })).toBe(false);
    expect(isAllowed(some, 'project.read', { project: 'shop' })).toBe(true);
  });
});

it('shows the highest of several roles', () => {
  const grants: readonly Grant[] = [{ access: 'viewer' }, { project: 'shop', access: 'admin' }];
  expect([highestAccess(grants), highestAccess(grants, 'shop'), highestAccess(grants, 'post')]).toEqual([
    'viewer',
    'admin',
    'viewer',
  ]);
  expect(highestAccess([], 'shop')).toBeUndefined();
});
