import { createHash } from 'node:crypto';
import {
  DeleteParametersCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { isObject, type Json } from '../core/json.ts';
import { doing } from './errors.ts';

/** The longest value of a standard parameter, in bytes. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const MAX_VALUE = 4096;

/** DeleteParameters takes this many names. */
const DELETE_BATCH = 10;

/** Where the records of one Application are kept in its destination account. */
function mirrorPath(instance: string, application: string): string {
  return `/longshore/${instance}/${application}/`;
}

/** A copy of an inventory in the destination account itself. Keys are references. */
export interface InventoryMirror {
  /** Every record by its key. Throws when a record is damaged: half an inventory must not pass for a whole one. */
  load(): Promise<ReadonlyMap<string, Json>>;
  put(key: string, value: Json): Promise<void>;
  /** Takes the record away; one that is not there is no error. */
  remove(key: string): Promise<void>;
}

/**
 * JSON records in SSM parameters, one for each key: `/longshore/<instance>/<application>/<Kind>/<name>`.
 *
 * A record over 4 KB is split into pieces `<key>/<digest>/<n>`, written before the parameter that names them: whoever
 * reads in between finds the record as it was.
 */
export function inventoryMirror(ssm: SSMClient, instance: string, application: string): InventoryMirror {
  const root = mirrorPath(instance, application);

  const readAll = async (path: string): Promise<Map<string, string>> => {
    const values = new Map<string, string>();
    let next: string | undefined;
    do {
      const page = await doing(
        `GetParametersByPath ${path}`,
        ssm.send(
          new GetParametersByPathCommand({
            Path: path,
            Recursive: true,
            ...(next === undefined ? {} : { NextToken: next }),
          }),
        ),
      );
      for (const { Name, Value } of page.Parameters ?? [])
        if (Name !== undefined && Value !== undefined) values.set(Name, Value);
      next = page.NextToken;
    } while (next !== undefined);
    return values;
  };
  const write = (name: string, value: string) =>
    doing(
      `PutParameter ${name}`,
      ssm.send(
        new PutParameterCommand({ Name: name, Value: value, Type: 'String', Tier: 'Standard', Overwrite: true }),
      ),
    );
  const removeAll = async (names: readonly string[]): Promise<void> => {
    for (let start = 0; start < names.length; start += DELETE_BATCH) {
      const batch = names.slice(start, start + DELETE_BATCH);
      await doing(`DeleteParameters ${batch[0]}`, ssm.send(new DeleteParametersCommand({ Names: batch })));
    }
  };

  /** Names of pieces by key, once everything has been read: most records have none, and need no look for them. */
  let pieces: Map<string, readonly string[]> | undefined;
  const piecesOf = async (key: string): Promise<readonly string[]> =>
    pieces === undefined ? [...(await readAll(`${root}${key}/`)).keys()] : (pieces.get(key) ?? []);

  return {
    async load(): Promise<ReadonlyMap<string, Json>> {
      const values = await readAll(root);
      const records = new Map<string, Json>();
      pieces = new Map();
      for (const [name, text] of values) {
        const [kind = '', resource = '', ...piece] = name.slice(root.length).split('/');
        const key = `${kind}/${resource}`;
        if (piece.length === 0) records.set(key, assemble(name, text, values));
        else pieces.set(key, [...(pieces.get(key) ?? []), name]);
      }
      return records;
    },

    async put(key: string, value: Json): Promise<void> {
      const name = `${root}${key}`;
      const text = toAscii(JSON.stringify(value));
      const parts = text.length <= MAX_VALUE ? [] : cut(text);
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
      const stale = await piecesOf(key);
      const written = parts.map((_, index) => `${name}/${digest}/${index}`);
      pieces?.set(key, [...new Set([...stale, ...written])]);
      for (const [index, part] of parts.entries()) await write(written[index] as string, part);
      await write(name, parts.length === 0 ? text : JSON.stringify({ pieces: parts.length, digest }));
      await removeAll(stale.filter((other) => !written.includes(other)));
      pieces?.set(key, written);
    },

    async remove(key: string): Promise<void> {
      await removeAll([`${root}${key}`, ...(await piecesOf(key))]);
      pieces?.delete(key);
    },
  };
}

function assemble(name: string, text: string, values: ReadonlyMap<string, string>): Json {
  const head = parse(name, text);
  if (!isObject(head) || typeof head['pieces'] !== 'number' || typeof head['digest'] !== 'string') return head;
  const { pieces, digest } = head;
  const parts = Array.from({ length: pieces }, (_, index) => values.get(`${name}/${digest}/${index}`));
  return parse(name, parts.map((part) => part?.slice(1, -1) ?? '').join(''));
}

function parse(name: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(
      `SSM parameter ${name} holds no JSON; it was changed by somebody else, expected a record of Longshore's inventory`,
      { cause: error },
    );
  }
}

/** The text in pieces that a parameter takes, each between bars: a blank at an end would be lost otherwise. */
function cut(text: string): readonly string[] {
  const room = MAX_VALUE - 2;
  return Array.from({ length: Math.ceil(text.length / room) }, (_, index) => {
    return `|${text.slice(index * room, (index + 1) * room)}|`;
  });
}

/** One byte for each character, and without `{{`, which SSM takes for a reference to another parameter. */
function toAscii(json: string): string {
  return json
    .replaceAll(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('{{', '\\u007b\\u007b');
}
