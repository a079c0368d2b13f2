import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ControllerConfigurationSpec, SecretSource } from '../../api/controllerconfiguration.ts';
import { InvalidInputError, TerminalError } from '../../core/errors.ts';
import { DEFAULT_LIMITS } from '../../core/manifests/limits.ts';
import { parseManifests } from '../../core/manifests/parse.ts';
import type { RepositoryCredentials } from '../../source/access/credentials.ts';
import type { Io } from '../io.ts';
import { readBounded } from '../read-bounded.ts';

/** What the controller is given beside its Applications. */
export interface Configuration {
  readonly spec: ControllerConfigurationSpec;
  /** Reads a secret, each time anew: one that was exchanged is taken up without a restart. @throws TerminalError `NoSecret` */
  readonly secret: (source: SecretSource) => Promise<string>;
  /** A file that the configuration names, relative to itself. */
  readonly path: (file: string) => string;
}

/** A controller without `--config`. */
export function noConfiguration(io: Io): Configuration {
  return configurationOf({}, io.cwd, io);
}

/**
 * Reads `--config FILE`.
 * @throws InvalidInputError for what is not valid, TerminalError `NoConfiguration` for a file that holds something else
 */
export async function readConfiguration(file: string, label: string, io: Io): Promise<Configuration> {
  const bytes = await readBounded(file, label, DEFAULT_LIMITS.fileBytes);
  const { manifests, problems } = parseManifests(new Map([[label, bytes]]));
  if (problems.length > 0) throw new InvalidInputError(problems);
  const [first, ...others] = manifests;
  if (first?.kind !== 'ControllerConfiguration' || others.length > 0) {
    const found = manifests.length === 0 ? 'nothing' : manifests.map(({ kind }) => kind).join(', ');
    throw new TerminalError('NoConfiguration', `${label}: found ${found}, expected one ControllerConfiguration`);
  }
  // The schema of its kind has checked it.
  return configurationOf(first.spec, dirname(file), io);
}

function configurationOf(spec: ControllerConfigurationSpec, folder: string, io: Io): Configuration {
  return {
    spec,
    path: (file) => resolve(folder, file),
    secret: async ({ env, file }) => {
      if (env !== undefined) {
        const value = io.env[env];
        if (value === undefined || value === '') throw noSecret(`the environment variable ${env} is not set`);
        return value;
      }
      if (file === undefined) throw noSecret('it names neither env nor file');
      try {
        return (await readFile(resolve(folder, file), 'utf8')).replace(/\r?\n$/u, '');
      } catch (error) {
        throw noSecret(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

function noSecret(why: string): TerminalError {
  return new TerminalError('NoSecret', `a secret of the ControllerConfiguration is missing: ${why}`);
}

/** How to log in to repositories, as the sources take it. */
export function credentialsOf({ spec, secret, path }: Configuration): readonly RepositoryCredentials[] {
  return (spec.repositories ?? []).map(({ urlPrefix, token, sshKey, githubApp, caFile }): RepositoryCredentials => {
    const base = { urlPrefix, ...(caFile !== undefined && { caFile: path(caFile) }) };
    if (token !== undefined) {
      const { username, password } = token;
      const login = { kind: 'token', password: () => secret(password) } as const;
      return { ...base, login: username === undefined ? login : { ...login, username } };
    }
    if (sshKey !== undefined) {
      const { privateKey, knownHosts } = sshKey;
      return {
        ...base,
        login: { kind: 'sshKey', privateKey: () => secret(privateKey), knownHosts: () => secret(knownHosts) },
      };
    }
    if (githubApp !== undefined) {
      const { appId, installationId, privateKey, api } = githubApp;
      const login = { kind: 'githubApp', appId, installationId, privateKey: () => secret(privateKey) } as const;
      return { ...base, login: api === undefined ? login : { ...login, api } };
    }
    return base;
  });
}
