import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Makes metrics of one registry. Names get the prefix `longshore_`. */
export interface Families {
  counter<const Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<Label>;
  /** `buckets` are upper bounds in seconds. */
  histogram<const Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    buckets: readonly number[],
  ): Histogram<Label>;
  /** `collect` sets its values anew at each reading. */
  gauge<const Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    collect?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label>;
}

/** Metrics that go into this registry. */
export function familiesOf(registry: Registry): Families {
  const base = (name: string, help: string) => ({ name: `longshore_${name}`, help, registers: [registry] });
  return {
    counter: (name, help, labels) => new Counter({ ...base(name, help), labelNames: [...labels] }),
    histogram: (name, help, labels, buckets) =>
      new Histogram({ ...base(name, help), labelNames: [...labels], buckets: [...buckets] }),
    gauge: (name, help, labels, collect) =>
      new Gauge({
        ...base(name, help),
        labelNames: [...labels],
        ...(collect !== undefined && {
          collect() {
            this.reset();
            collect(this);
          },
        }),
      }),
  };
}
