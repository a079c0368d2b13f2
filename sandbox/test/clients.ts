interface SdkClient {
  send(command: object): Promise<{ $metadata?: unknown }>;
  destroy(): void;
}

/** A real client whose commands are called by their operation's name. */
export interface NamedClient {
  /** The output, without the SDK's metadata. */
  send(operation: string, input: object): Promise<object>;
  destroy(): void;
}

/** The settings that every client of these tests has; the account is the access key. */
export function clientSettings(url: string, accessKeyId = '111122223333') {
  return {
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
    // Some operations put a word before the host name, and a loopback address has no such hosts.
    disableHostPrefix: true,
  };
}

/** A client of the SDK module `sdk`. */
export function clientOf(sdk: object, url: string): NamedClient {
  const exports = sdk as Readonly<Record<string, new (settings: object) => never>>;
  const name = Object.keys(exports).find((key) => key.endsWith('Client') && key !== '__Client');
  const Client = exports[name ?? ''];
  if (!Client) throw new Error('the module exports no client');
  const client: SdkClient = new Client({
    ...clientSettings(url),
    // The client of SQS compares digests of messages: samples have none that fit.
    md5: false,
  });
  return {
    async send(operation, input) {
      const Command = exports[`${operation}Command`];
      if (!Command) throw new Error(`the module exports no ${operation}Command`);
      const { $metadata: _, ...output } = await client.send(new Command(input));
      return output;
    },
    destroy: () => client.destroy(),
  };
}
