/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A server that listens. */
export interface HttpEndpoint {
  /** For example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Ends streams and waits for what is under way, some seconds at most. */
  close(): Promise<void>;
}
