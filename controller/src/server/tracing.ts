import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { Tracing } from '../api/controllerconfiguration.ts';
import type { Tracer } from '../core/trace.ts';

/** A tracer that sends its spans away. */
export interface ExportingTracer extends Tracer {
  /** Sends what is left. */
  close(): Promise<void>;
}

/** How long the end of the controller waits for the collector. */
const CLOSE_MS = 2_000;

/**
 * OpenTelemetry traces by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp). Nothing of it is global: a
 * process may have several.
 */
export function otlpTracer(
  config: Tracing,
  about: { readonly version: string; readonly instance: string },
): ExportingTracer {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'longshore',
      'service.version': about.version,
      'service.instance.id': about.instance,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.sampleRatio ?? 1) }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: config.endpoint }))],
  });
  const tracer = provider.getTracer('longshore', about.version);
  const active = new AsyncLocalStorage<Span>();
  return {
    async span(name, attributes, work) {
      const parent = active.getStore();
      const context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
      const span = tracer.startSpan(name, { attributes: { ...attributes } }, context);
      try {
        return await active.run(span, work);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
        throw error;
      } finally {
        span.end();
      }
    },
    async close() {
      const late = new Promise<void>((resolve) => void setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([provider.shutdown(), late]);
    },
  };
}
