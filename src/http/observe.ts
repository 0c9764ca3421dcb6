// Observability: one structured log line a request, and metrics. Never tokens, e-mail addresses or passwords. Failed
// requests have the client's network, as rate limits count it, so that an operator can find and block a guesser.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Dependencies, Log, Meter, Variables } from '../context.ts';
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
    const duration = now().getTime() - start;
    const route = routeOf(context);
    const outcome = context.get('outcome');
    const { status } = context.res;
    const subject = context.get('access') ?? context.get('subject');
    log('info', 'request', {
      request_id: requestId,
      method: context.req.method,
      route,
      status,
      problem: context.get('problem'),
      outcome,
      refusal: context.get('refusal'),
      duration_ms: duration,
      database_ms: meter.milliseconds,
      database_trips: meter.trips,
      user_id: subject?.userId,
      session_id: subject?.sessionId,
      network: status >= 400 ? requestNetwork(context) : undefined,
    });
    if (config.serverTiming) {
      context.header(
        'Server-Timing',
        `db;dur=${meter.milliseconds};desc="${meter.trips} trips", total;dur=${duration}`,
      );
    }
    analytics?.writeDataPoint({
      indexes: [route],
      blobs: [context.req.method, route, String(status), outcome ?? ''],
      doubles: [duration, meter.milliseconds, meter.trips],
    });
  };
}

/** The pattern rather than the path: a path is user input, and may hold anything. */
function routeOf(context: Context): string {
  const route = routePath(context, -1);
  return route === '/*' || route === '*' ? '(none)' : route.replace(/\{.*\}/, '');
}
