import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { hasControlCharacter } from './characters.ts';

/** Who sends webhooks. */
export type WebhookProvider = 'github' | 'gitlab' | 'bitbucket' | 'generic';

/** Shared secret of each provider; one without a secret is refused. */
export type WebhookSecrets = Readonly<Partial<Record<WebhookProvider, string>>>;

/** Header names in lower case, as `node:http` gives them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Something happened in a repository. It says where to look, and nothing that is believed without looking. */
export interface WebhookEvent {
  readonly kind: 'event';
  readonly provider: WebhookProvider;
  /** What the provider calls it: `push`, `ping`, `Push Hook`, `repo:refs_changed`. */
  readonly event: string;
  /** Addresses by which the repository may be named, https and ssh, as the provider writes them. Empty for a ping. */
  readonly repoURLs: readonly string[];
  /** Full name of the branch or tag that changed, when the payload names one. */
  readonly ref?: string;
  /** The commit that it has now, when the payload names one. */
  readonly revision?: string;
}

/** A webhook that is not believed or not understood, and the HTTP status to answer with. */
export interface WebhookRefusal {
  readonly kind: 'refusal';
  readonly status: 400 | 401;
  /** What is wrong: no provider's headers, no secret here, no or another signature, no JSON object. */
  readonly code: 'unknown' | 'unconfigured' | 'unsigned' | 'malformed';
  /** Absent when it is nobody's. */
  readonly provider?: WebhookProvider;
  /** For the log and the answer. Holds nothing of the payload and no secret. */
  readonly reason: string;
}

interface Reader {
  readonly provider: WebhookProvider;
  /** The header that says what happened, and makes the request one of this provider. */
  readonly eventHeader: string;
  /** Checks the header that proves the sender. */
  readonly proof: string;
  readonly proves: (found: string, rawBody: Uint8Array, secret: string) => boolean;
  readonly read: (payload: unknown) => Omit<WebhookEvent, 'kind' | 'provider' | 'event'>;
}

const MOST_ADDRESSES = 20;
const LONGEST_ADDRESS = 2048;
const ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const NOTHING = /^0+$/;

const READERS: readonly Reader[] = [
  {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    provider: 'github',
    eventHeader: 'x-github-event',
    proof: 'x-hub-signature-256',
    proves: isHmac,
    read: (payload) => {
      const repository = at(payload, 'repository');
      const base = at(payload, 'pull_request', 'head');
      return told(
        [at(repository, 'clone_url'), at(repository, 'html_url'), at(repository, 'ssh_url'), at(repository, 'git_url')],
        at(payload, 'ref') ?? branchRef(at(base, 'ref')),
        at(payload, 'after') ?? at(base, 'sha'),
      );
    },
  },
  {
    // https://docs.gitlab.com/user/project/integrations/webhooks/#validate-payloads-by-using-a-secret-token
    provider: 'gitlab',
    eventHeader: 'x-gitlab-event',
    proof: 'x-gitlab-token',
    proves: (found, _rawBody, secret) => equal(found, secret),
    read: (payload) => {
      const project = at(payload, 'project');
      return told(
        [at(project, 'git_http_url'), at(project, 'web_url'), at(project, 'git_ssh_url')],
        at(payload, 'ref') ?? branchRef(at(payload, 'object_attributes', 'source_branch')),
        at(payload, 'checkout_sha') ?? at(payload, 'after'),
      );
    },
  },
  {
    // Cloud: https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/, Data Center:
    // https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html
    provider: 'bitbucket',
    eventHeader: 'x-event-key',
    proof: 'x-hub-signature',
    proves: isHmac,
    read: readBitbucket,
  },
  {
    provider: 'generic',
    eventHeader: 'x-longshore-signature',
    proof: 'x-longshore-signature',
    proves: isHmac,
    read: (payload) => told([at(payload, 'repository')], at(payload, 'ref'), at(payload, 'revision')),
  },
];

/**
 * Reads a webhook of GitHub, GitLab, Bitbucket or of anybody who signs as `X-Longshore-Signature: sha256=<HMAC-SHA256 of
 * the body>`. The signature is checked over the bytes as they came, before anything is read from them. Never throws.
 */
export function readWebhook(
  headers: WebhookHeaders,
  rawBody: Uint8Array,
  secrets: WebhookSecrets,
): WebhookEvent | WebhookRefusal {
  const reader = READERS.find(({ eventHeader }) => one(headers, eventHeader) !== undefined);
  if (reader === undefined) {
    const known = READERS.map(({ eventHeader }) => eventHeader).join(', ');
    return refusal('unknown', undefined, `not a webhook of a known provider: expected one of the headers ${known}`);
  }
  const { provider, eventHeader, proof } = reader;
  const secret = secrets[provider];
  if (secret === undefined || secret === '') {
    return refusal('unconfigured', provider, `webhooks of ${provider} are refused: no secret is configured for it`);
  }
  const found = one(headers, proof);
  if (found === undefined)
    return refusal('unsigned', provider, `the header ${proof} is missing: set the secret at ${provider} as well`);
  if (!reader.proves(found, rawBody, secret))
    return refusal('unsigned', provider, `the header ${proof} does not fit the body and secret`);
  const payload = parsed(rawBody, one(headers, 'content-type'));
  if (payload === undefined) return refusal('malformed', provider, 'the body is not a JSON object');
  const event = eventHeader === proof ? 'push' : (one(headers, eventHeader) ?? '');
  return { kind: 'event', provider, event, ...reader.read(payload) };
}

function readBitbucket(payload: unknown): ReturnType<Reader['read']> {
  const repository = at(payload, 'repository');
  // Data Center lists addresses for cloning; Cloud names the page, and a clone goes to the same address.
  const links = at(repository, 'links');
  const clone = at(links, 'clone');
  const clones: readonly unknown[] = Array.isArray(clone) ? clone.slice(0, MOST_ADDRESSES) : [];
  const page = at(links, 'html', 'href');
  const fullName = at(repository, 'full_name');
  const ssh = typeof fullName === 'string' && typeof page === 'string' ? sshOf(page, fullName) : undefined;
  const changes = at(payload, 'changes') ?? at(payload, 'push', 'changes');
  const items: readonly unknown[] = Array.isArray(changes) ? changes : [];
  // More than one change: the repository is looked at as a whole.
  const [change] = items.length === 1 ? items : [];
  const next = at(change, 'new');
  const cloudRef =
    at(next, 'type') === 'tag' ? `refs/tags/${text(at(next, 'name')) ?? ''}` : branchRef(at(next, 'name'));
  return told(
    [page, ssh, ...clones.map((link) => at(link, 'href'))],
    at(change, 'ref', 'id') ?? cloudRef,
    at(change, 'toHash') ?? at(next, 'target', 'hash'),
  );
}

function sshOf(page: string, fullName: string): string | undefined {
  return URL.canParse(page) ? `git@${new URL(page).hostname}:${fullName}.git` : undefined;
}

function told(urls: readonly unknown[], ref: unknown, revision: unknown): ReturnType<Reader['read']> {
  const repoURLs = new Set(urls.map(text).filter((url) => url !== undefined && isAddress(url)));
  const name = text(ref);
  const commit = text(revision);
  return {
    repoURLs: [...repoURLs].filter((url) => url !== undefined).slice(0, MOST_ADDRESSES),
    ...(name !== undefined && isRef(name) && { ref: name }),
    ...(commit !== undefined && ID.test(commit) && !NOTHING.test(commit) && { revision: commit }),
  };
}

function isAddress(url: string): boolean {
  if (url === '' || url.length > LONGEST_ADDRESS || hasControlCharacter(url)) return false;
  return /^(https?|ssh):\/\/[^/]/.test(url) || /^[\w.-]+@[\w.-]+:[^:]/.test(url);
}

function isRef(name: string): boolean {
  return /^refs\/(heads|tags)\/./.test(name) && name.length <= LONGEST_ADDRESS && !hasControlCharacter(name);
}

function branchRef(name: unknown): string | undefined {
  return typeof name === 'string' ? `refs/heads/${name}` : undefined;
}

/** `sha256=<hex>` of the body, with the secret as key. */
function isHmac(found: string, rawBody: Uint8Array, secret: string): boolean {
  return equal(found.toLowerCase(), `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`);
}

/** Takes as long whatever differs: both are hashed first, so that not even the length shows. */
function equal(found: string, expected: string): boolean {
  const [a, b] = [found, expected].map((value) => createHash('sha256').update(value).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** The JSON object of a body; GitHub may send it as the field `payload` of a form. */
function parsed(rawBody: Uint8Array, contentType: string | undefined): unknown {
  const body = Buffer.from(rawBody).toString('utf8');
  const form = contentType?.startsWith('application/x-www-form-urlencoded') === true;
  try {
    const payload: unknown = JSON.parse(form ? (new URLSearchParams(body).get('payload') ?? '') : body);
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

function at(value: unknown, ...names: readonly string[]): unknown {
  let found = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Object.entries(found).find(([key]) => key === name)?.[1];
  }
  return found ?? undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A header that comes twice proves nothing. */
function one(headers: WebhookHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function refusal(code: WebhookRefusal['code'], provider: WebhookProvider | undefined, reason: string): WebhookRefusal {
  const status = code === 'unsigned' || code === 'unconfigured' ? 401 : 400;
  return { kind: 'refusal', status, code, ...(provider !== undefined && { provider }), reason };
}
