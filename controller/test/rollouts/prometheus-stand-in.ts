import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers range queries as Prometheus does, with one number at each time. */
export interface PrometheusStandIn extends AsyncDisposable {
  readonly url: string;
  /** What the query gives from now on. */
  value: number;
  /** Every query that was asked. */
  readonly queries: ReadonlySet<string>;
}

/** Starts one. https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries */
export async function prometheusStandIn(value: number): Promise<PrometheusStandIn> {
  const queries = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://prometheus');
    if (pathname !== '/api/v1/query_range') {
      response.writeHead(404).end();
      return;
    }
    queries.add(searchParams.get('query') ?? '');
    const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map((name) => Number(searchParams.get(name)));
    const count = Math.floor((end - start) / step) + 1;
    const values = Array.from({ length: count }, (_, index) => [start + index * step, String(standIn.value)]);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    value,
    queries,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
  return standIn;
}
