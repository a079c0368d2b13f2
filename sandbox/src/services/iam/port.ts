import { own } from '../../kernel/own.ts';
import type { Identity } from '../../kernel/ports.ts';
import type { World } from '../../kernel/world.ts';
import { evaluate, trusts } from './documents.ts';
import { documentOf } from './policies.ts';
import { ensureLinkedRole, linkedRole } from './service-linked-roles.ts';
import { iamState, roleOfArn, type RoleState } from './state.ts';

/**
 * How long a change takes until other services know of it, in milliseconds. IAM is eventually consistent and names no
 * time: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const propagationMs = 5_000;

/** What other services ask of IAM. While it is not enforced, everything is allowed. */
export function identityPort(world: World): Identity {
  const enforced = world.settings.iam === 'enforced';
  const known = (since: number) => world.clock.now() - since >= propagationMs;
  return {
    assumableBy(roleArn, principal) {
      if (!enforced) return true;
      const role = roleOfArn(world, roleArn);
      if (!role || !known(role.trust.since)) return false;
      return principal.endsWith('.amazonaws.com')
        ? trusts(role.trust.document, 'Service', [principal])
        : trusts(role.trust.document, 'AWS', namesOf(world, principal));
    },
    refusal(principal, action, resource) {
      const session = enforced ? /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal) : null;
      if (!session) return undefined;
      const [, accountId = '', name = ''] = session;
      const role = own(iamState(world, accountId).roles, name);
      const verdict = evaluate(role ? documentsOf(world, accountId, role, known) : [], action, resource);
      if (verdict === 'allowed') return undefined;
      const why =
        verdict === 'explicitDeny'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the ${action} action`;
      return `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
    },
    hasServiceLinkedRole(accountId, service) {
      if (!enforced) return true;
      const role = linkedRole(world, accountId, service);
      return role !== undefined && known(role.trust.since);
    },
    ensureServiceLinkedRole(accountId, service) {
      if (enforced) ensureLinkedRole(world, accountId, service);
    },
  };
}

/** The documents of a role's policies that are known by now. */
function documentsOf(
  world: World,
  accountId: string,
  { inline, attached }: RoleState,
  known: (since: number) => boolean,
): string[] {
  return [
    ...Object.values(inline)
      .filter(({ since }) => known(since))
      .map(({ document }) => document),
    ...Object.entries(attached)
      .filter(([, since]) => known(since))
      .flatMap(([arn]) => documentOf(world, accountId, arn) ?? []),
  ];
}

/** What a trust policy may call a principal: its ARN, its role's, its account's. */
function namesOf(world: World, principal: string): string[] {
  const [, accountId = ''] = /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/.exec(principal) ?? [];
  const [, roleName] = /:assumed-role\/([^/]+)\//.exec(principal) ?? [];
  const role = own(iamState(world, accountId).roles, roleName);
  return [principal, accountId, `arn:aws:iam::${accountId}:root`, ...(role ? [role.arn] : [])];
}
