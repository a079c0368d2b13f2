import {
  DeleteParametersCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** Who makes the calls: it counts them, and may die. */
export interface Caller {
  call(operation: string, change: () => void): Promise<void>;
  read(): Promise<void>;
}

/** Parameter Store in memory: the three operations that the inventory mirror uses, with its limit on values. */
export function fakeParameters(values: Map<string, string>, process?: Caller): SSMClient {
  const call = async (operation: string, change: () => void): Promise<void> => {
    if (process === undefined) change();
    else await process.call(operation, change);
  };
  const send = async (command: unknown): Promise<object> => {
    if (command instanceof PutParameterCommand) {
      const { Name = '', Value = '' } = command.input;
      if (Buffer.byteLength(Value) > 4096)
        throw new Error(`ParameterMaxVersionLimitExceeded: ${Name} has ${Value.length} bytes`);
      if (Value.includes('{{')) throw new Error(`ValidationException: ${Name} holds {{`);
      await call('ssm:PutParameter', () => values.set(Name, Value));
      return { Version: 1 };
    }
    if (command instanceof GetParametersByPathCommand) {
      await process?.read();
      const { Path = '', NextToken } = command.input;
      const found = [...values].filter(([name]) => name.startsWith(Path)).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const start = Number(NextToken ?? 0);
      const page = found.slice(start, start + 10).map(([Name, Value]) => ({ Name, Value }));
      return { Parameters: page, ...(start + 10 < found.length ? { NextToken: String(start + 10) } : {}) };
    }
    if (command instanceof DeleteParametersCommand) {
      await call('ssm:DeleteParameters', () => {
        for (const name of command.input.Names ?? []) values.delete(name);
      });
      return {};
    }
    throw new Error('no such operation');
  };
  return { send } as unknown as SSMClient;
}
