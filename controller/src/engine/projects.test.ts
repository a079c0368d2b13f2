import { describe, expect, it } from 'vitest';
import type { ApplicationSpec } from '../api/application.ts';
import type { ProjectSpec } from '../api/project.ts';
import { manifest } from '../../test/applications.ts';
import { defaultProject, destinationIn, kindViolations, violations } from './projects.ts';

const HOME = { accountId: '111111111111', region: 'eu-west-1' };

function application(repoURL: string, more: Partial<ApplicationSpec['source']> = {}): ApplicationSpec {
  return { source: { repoURL, ...more } };
}

function project(spec: ProjectSpec) {
  return { name: 'team', spec: { destinations: [{ accountId: '*', regions: ['*'] }], ...spec } };
}

const refuses = (patterns: readonly string[], repoURL: string): boolean =>
  violations(project({ sourceRepos: [...patterns] }), application(repoURL), HOME).length > 0;

describe('a Project', () => {
  it.each([
    ['https://git.example.com/team/*', 'https://git.example.com/team/shop.git'],
    ['https://git.example.com/team/*', 'https://GIT.example.com/team/shop'],
    ['https://git.example.com/team/shop.git', 'https://git.example.com/team/shop'],
    ['git@git.example.com:team/*', 'git@git.example.com:team/shop.git'],
    ['*', 'https://anything.example.com/x'],
  ])('with sourceRepos %s allows %s', (pattern, repoURL) => {
    expect(refuses([pattern], repoURL)).toBe(false);
  });

  it.each([
    ['https://git.example.com/team/*', 'https://git.example.com/team/../other/shop.git'],
    ['https://git.example.com/team/*', 'https://git.example.com/team/%2e%2e/other/shop.git'],
    ['https://git.example.com/team/*', 'https://git.example.com.evil.org/team/shop.git'],
    ['https://git.example.com/team/*', 'https://git.example.com/team/@evil.org/shop/../../../x'],
    ['https://git.example.com/*', 'http://git.example.com/team/shop.git'],
  ])('with sourceRepos %s refuses %s', (pattern, repoURL) => {
    expect(refuses([pattern], repoURL)).toBe(true);
  });

  it('denies with !, and allows nothing when it names nothing', () => {
    expect(refuses(['*', '!https://git.example.com/secret/*'], 'https://git.example.com/secret/x.git')).toBe(true);
    expect(violations({ name: 'team', spec: {} }, application('https://git.example.com/x'), HOME)).toEqual([
      'repository https://git.example.com/x is not among sourceRepos of Project team, which are none',
      'destination 111111111111/eu-west-1 is not among destinations of Project team, which are none',
    ]);
  });

  it('never says the password of an address', () => {
    const [message] = violations(project({}), application('https://bot:secret@git.example.com/x'), HOME);
    expect(message).toContain('https://git.example.com/x');
    expect(message).not.toContain('secret');
  });

  it('maps a destination to a role: the one that names the account before the one for all', () => {
    const spec: ProjectSpec = {
      destinations: [
        { accountId: '*', regions: ['eu-*'] },
        { accountId: HOME.accountId, regions: ['eu-west-1'], roleArn: 'arn:aws:iam::111111111111:role/deploy' },
      ],
    };
    expect(destinationIn(spec, HOME)?.roleArn).toBe('arn:aws:iam::111111111111:role/deploy');
    expect(destinationIn(spec, { ...HOME, region: 'eu-central-1' })?.roleArn).toBeUndefined();
    expect(destinationIn(spec, { ...HOME, region: 'us-east-1' })).toBeUndefined();
  });

  it('says which roles an Application may have values of secrets read as: none by default', () => {
    const reader = 'arn:aws:iam::222222222222:role/readers/shop';
    const reading = application('https://git.example.com/x', {});
    const asked = { ...reading, destination: { preflight: { secretReaderRole: reader } } };
    const allowing = (secretReaderRoles?: string[]): readonly string[] => {
      const destinations = [{ ...HOME, regions: ['*'], ...(secretReaderRoles && { secretReaderRoles }) }];
      return violations(project({ sourceRepos: ['*'], destinations }), asked, HOME);
    };
    expect(allowing()).toEqual([
      `secretReaderRole ${reader} is not among secretReaderRoles of Project team, which are none`,
    ]);
    expect(allowing(['arn:aws:iam::*:role/readers/*', `!${reader}`])).toHaveLength(1);
    expect(allowing(['arn:aws:iam::*:role/readers/*'])).toEqual([]);
    expect(violations(defaultProject(HOME.accountId), asked, HOME)).toHaveLength(1);
  });

  it('requires keys where it requires signatures', () => {
    const signed = project({ sourceRepos: ['*'], requireSignatures: true });
    expect(violations(signed, application('https://git.example.com/x'), HOME)).toHaveLength(1);
    expect(violations(signed, application('https://git.example.com/x', { verify: {} }), HOME)).toHaveLength(1);
    const keys = { verify: { allowedSigners: 'ada@example.com ssh-ed25519 AAAA' } };
    expect(violations(signed, application('https://git.example.com/x', keys), HOME)).toEqual([]);
  });

  it('allows every kind but those that declare Applications, unless it names them', () => {
    const manifests = [manifest('Service/api'), manifest('Application/child', { project: 'team' })];
    expect(kindViolations(project({}), manifests)).toEqual([
      'Application/child: Project team does not allow the kind Application',
    ]);
    expect(kindViolations(project({ allowedKinds: ['*'] }), manifests)).toHaveLength(1);
    expect(kindViolations(project({ allowedKinds: ['Service', 'Application'] }), manifests)).toEqual([]);
    expect(kindViolations(project({ deniedKinds: ['Serv*'] }), [manifest('Service/api')])).toHaveLength(1);
  });

  it('keeps what an Application holds to itself: a child of another Project is refused', () => {
    const spec = project({ allowedKinds: ['Application', 'ApplicationSet'] });
    const escaping = [
      manifest('Application/child', { project: 'admin' }),
      manifest('Application/careless', {}),
      manifest('ApplicationSet/many', { template: { spec: { project: '{{project}}' } } }),
    ];
    expect(kindViolations(spec, escaping)).toEqual([
      'Application/child: found Project admin, expected team, that of the Application that holds it',
      'Application/careless: found Project default, expected team, that of the Application that holds it',
      'ApplicationSet/many: found Project {{project}}, expected team, that of the Application that holds it',
    ]);
  });

  it('that nobody declares allows nothing outside of its own account', () => {
    const fallback = defaultProject(HOME.accountId);
    expect(violations(fallback, application('https://git.example.com/x'), HOME)).toEqual([]);
    expect(
      violations(fallback, application('https://git.example.com/x'), { ...HOME, accountId: '2'.repeat(12) }),
    ).toHaveLength(1);
  });
});
