// Observability: one structured log line a request, and metrics. Never tokens, e-mail addresses or passwords. Failed
// requests have the client's network, as rate limits count it, so that an operator can find and block a guesser.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Dependencies, Log, Meter, Variables } from '../context.ts';
import { dataPoint } from './data-point.ts';
import { requestNetwork } from './request-metadata.ts';

/** One JSON object a line, which Workers Logs indexes by its fields. */
export const logToConsole: Log = (level, event, fields) => {
  console[level](JSON.stringify({ level, event, ...fields }));
};

/** The meter of the current request, wherever in its code one asks. */
export function createMeters(): AsyncLocalStorage<Meter> {
  return new AsyncLocalStorage();
}

/** The outermost middleware: it gives the request its id, and measures all that the request does. */
export function observed({
  config,
  log,
  meters,
  now,
  newId,
  analytics,
}: Dependencies): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    const meter: Meter = { trips: 0, milliseconds: 0 };
    const start = now().getTime();
    const requestId = newId();
    context.set('requestId', requestId);
    // Set before there is a response: afterwards Hono would copy the response, and its body would become a stream.
    context.header('X-Request-Id', requestId);
    await meters.run(meter, next);
    const { status } = context.res;
    const measured = {
      method: context.req.method,
      route: routeOf(context),
      problem: context.get('problem'),
      outcome: context.get('outcome'),
      duration_ms: now().getTime() - start,
      database_ms: meter.milliseconds,
      database_trips: meter.trips,
    };
    const subject = context.get('access') ?? context.get('subject');
    log('info', 'request', {
      request_id: requestId,
      ...measured,
      status,
      refusal: context.get('refusal'),
      user_id: subject?.userId,
      session_id: subject?.sessionId,
      network: status >= 400 ? requestNetwork(context) : undefined,
    });
    if (config.serverTiming) {
      context.header(
        'Server-Timing',
        `db;dur=${meter.milliseconds};desc="${meter.trips} trips", total;dur=${measured.duration_ms}`,
      );
    }
    analytics?.writeDataPoint(dataPoint({ ...measured, status: String(status) }));
  };
}

/** The pattern rather than the path: a path is user input, and may hold anything. */
function routeOf(context: Context): string {
  const route = routePath(context, -1);
  return route === '/*' || route === '*' ? '(none)' : route.replace(/\{.*\}/, '');
}
