/** What a span says of itself. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Says how long things take, and what is part of what. Work that is begun inside of other work is its child. */
export interface Tracer {
  /** Does `work`; a span of that name lasts as long, and fails with it. */
  span<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
}

/** Traces nothing. */
export const noTracer: Tracer = { span: (_name, _attributes, work) => work() };
