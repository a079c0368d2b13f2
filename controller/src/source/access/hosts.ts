import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { TerminalError } from '../../core/errors.ts';
import type { RemoteHost } from '../remote.ts';

/** Gives the addresses of a host. */
export type HostLookup = (name: string) => Promise<readonly { readonly address: string }[]>;

/** Which hosts repositories may be on. */
export interface HostPolicy {
  /**
   * Names, with `*` for any number of characters. Default: every host that is not local. A host that is named here
   * without a wildcard may be local.
   */
  readonly allowed?: readonly string[];
  /** Default: the resolver of the machine. */
  readonly lookup?: HostLookup;
}

/** This machine, its links, and what clouds answer credentials from. Private networks are where Git servers live. */
const LOCAL: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  // Instance metadata, time and resolver of AWS over IPv6:
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
  ['fd00:ec2::', 32, 'ipv6'],
  // IPv4 within IPv6, by which all of the above could be written again.
  ['64:ff9b::', 96, 'ipv6'],
  ['2002::', 16, 'ipv6'],
];

/** Says which hosts may be spoken to. */
export class HostGuard {
  readonly #allowed: readonly string[] | undefined;
  readonly #lookup: HostLookup;
  readonly #local = new BlockList();

  constructor(policy: HostPolicy = {}) {
    this.#allowed = policy.allowed?.map((name) => name.toLowerCase());
    this.#lookup = policy.lookup ?? ((name) => systemLookup(name, { all: true }));
    for (const [net, prefix, family] of LOCAL) this.#local.addSubnet(net, prefix, family);
  }

  /** Without asking the network. Throws a TerminalError when the host is not allowed, or is a local address. */
  checkName(host: RemoteHost): void {
    const patterns = this.#allowed;
    if (patterns !== undefined && !patterns.some((pattern) => matches(host.name, pattern))) {
      const allowed = patterns.length === 0 ? 'none is allowed' : `allowed are ${patterns.join(', ')}`;
      throw refused(host, `the host is not among the allowed ones: ${allowed}`);
    }
    if (this.#isNamed(host)) return;
    if (host.name === 'localhost' || host.name.endsWith('.localhost')) throw local(host, host.name);
    if (isIP(host.name) !== 0) this.#checkAddress(host, host.name);
  }

  /**
   * The address that is to be spoken to: checked, and used as it is, so that a name cannot mean another one a moment
   * later. Throws a TerminalError when any address of the host is local.
   */
  async resolve(host: RemoteHost, signal: AbortSignal): Promise<string> {
    this.checkName(host);
    if (isIP(host.name) !== 0) return host.name;
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      const addresses = await Promise.race([this.#ask(host), left.promise]);
      const named = this.#isNamed(host);
      for (const { address } of addresses) if (!named) this.#checkAddress(host, address);
      const [first] = addresses;
      if (first === undefined) throw new Error(`host "${host.name}" has no address`);
      return first.address;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  async #ask(host: RemoteHost): ReturnType<HostLookup> {
    try {
      return await this.#lookup(host.name);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? `: ${String(error.code)}` : '';
      throw new Error(`host "${host.name}" cannot be resolved${code}`, { cause: error });
    }
  }

  #isNamed(host: RemoteHost): boolean {
    return this.#allowed?.includes(host.name) === true;
  }

  #checkAddress(host: RemoteHost, address: string): void {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (this.#local.check(address, family)) throw local(host, address);
  }
}

function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

function local(host: RemoteHost, address: string): TerminalError {
  const what = address === host.name ? 'is' : `has the address ${address}, which is`;
  return refused(host, `it ${what} of this machine, its link or a metadata service; name the host to allow it`);
}

function refused(host: RemoteHost, why: string): TerminalError {
  return new TerminalError('RepositoryRefused', `repository on host "${host.name}" is refused: ${why}`);
}
