import * as fc from 'fast-check';
import type { AuthenticateCognito, AuthenticateOidc, JwtClaim } from '../../../src/api/authentication.ts';
import type { FixedResponse, ForwardTarget, Redirect, RuleAction } from '../../../src/api/listenerrule.ts';
import { some } from './common.ts';

/** The parameter that holds the client secret in these worlds. */
export const CLIENT_SECRET = '/shop/oidc';

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const url = word.map((name) => `https://${name}.example.com/x`);

function forward(targets: readonly ForwardTarget[]): fc.Arbitrary<RuleAction> {
  const entries = fc
    .uniqueArray(
      fc.tuple(fc.constantFrom(...targets), some<ForwardTarget>({ weight: fc.integer({ min: 1, max: 999 }) })),
      { selector: ([{ targetGroup, targetGroupArn }]) => targetGroup ?? targetGroupArn, minLength: 1, maxLength: 3 },
    )
    .map((all) => all.map(([target, more]): ForwardTarget => ({ ...target, ...more })));
  return fc
    .tuple(
      entries,
      some<RuleAction>({
        targetGroupStickiness: fc.record({ durationSeconds: fc.integer({ min: 1, max: 604_800 }) }),
      }),
    )
    .map(([forwardTo, rest]) => ({ ...rest, forward: forwardTo }));
}

const fixedResponse: fc.Arbitrary<RuleAction> = fc
  .tuple(
    fc.constantFrom(200, 204, 404, 410, 503),
    some<FixedResponse>({
      contentType: fc.constantFrom('text/plain' as const, 'text/html' as const, 'application/json' as const),
      messageBody: fc.string({ maxLength: 20 }),
    }),
  )
  .map(([statusCode, rest]) => ({ fixedResponse: { ...rest, statusCode } }));

/** Redirects that lead elsewhere: to another host. */
export const redirects: fc.Arbitrary<Redirect> = fc
  .tuple(
    word.map((name) => `${name}.example.org`),
    some<Redirect>({
      protocol: fc.constantFrom('HTTPS', '#{protocol}'),
      port: fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom('443', '#{port}')),
      path: fc.constantFrom('/', '/new/#{path}', '/#{host}'),
      query: fc.constantFrom('', 'a=b', '#{query}&moved=1'),
      statusCode: fc.constantFrom('HTTP_301' as const, 'HTTP_302' as const),
    }),
  )
  .map(([host, rest]) => ({ ...rest, host }));

const session = some<AuthenticateCognito>({
  sessionCookieName: word,
  scope: fc.constantFrom('openid', 'openid email'),
  sessionTimeout: fc.integer({ min: 1, max: 604_800 }),
  authenticationRequestExtraParams: fc.dictionary(word, word, { maxKeys: 2, noNullPrototype: true }),
  onUnauthenticatedRequest: fc.constantFrom('deny' as const, 'allow' as const, 'authenticate' as const),
});
const cognito: fc.Arbitrary<RuleAction> = fc.tuple(word, word, session).map(([client, domain, rest]) => ({
  authenticateCognito: {
    ...rest,
    userPoolArn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc',
    userPoolClientId: client,
    userPoolDomain: domain,
  },
}));
const oidc: fc.Arbitrary<RuleAction> = fc
  .tuple(
    fc.record({
      issuer: url,
      authorizationEndpoint: url,
      tokenEndpoint: url,
      userInfoEndpoint: url,
      clientId: word,
    }),
    session,
  )
  .map(([base, rest]) => {
    const authenticateOidc: AuthenticateOidc = { ...rest, ...base, clientSecretParameter: CLIENT_SECRET };
    return { authenticateOidc };
  });
const claims: fc.Arbitrary<JwtClaim[]> = fc.uniqueArray(
  fc.record({
    name: word.filter((name) => !['exp', 'iss', 'nbf', 'iat'].includes(name)),
    format: fc.constantFrom('single-string' as const, 'string-array' as const, 'space-separated-values' as const),
    values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
  }),
  { selector: ({ name }) => name, maxLength: 3 },
);
const jwt: fc.Arbitrary<RuleAction> = fc
  .tuple(url, url, some<{ additionalClaims: JwtClaim[] }>({ additionalClaims: claims }))
  .map(([jwksEndpoint, issuer, rest]) => ({ jwtValidation: { ...rest, jwksEndpoint, issuer } }));

/** Valid actions of rules and listeners. Those that authenticate need HTTPS. */
export function ruleActions(targets: readonly ForwardTarget[], secure: boolean): fc.Arbitrary<RuleAction> {
  const answer = fc.oneof(
    forward(targets),
    fixedResponse,
    redirects.map((redirectTo): RuleAction => ({ redirectTo })),
  );
  if (!secure) return answer;
  const first = fc.oneof({ weight: 2, arbitrary: fc.constant<RuleAction>({}) }, cognito, oidc, jwt);
  return fc.tuple(first, answer).map(([one, two]) => ({ ...one, ...two }));
}
