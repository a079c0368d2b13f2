/** ARN pattern of a role for a policy, from its ARN or name. One that is known only later may be any of the account. */
export function roleResource(role: string, accountId: string): string {
  if (role.includes('${')) return `arn:*:iam::${accountId}:role/*`;
  return role.startsWith('arn:') ? role : `arn:*:iam::${accountId}:role/${role}`;
}
