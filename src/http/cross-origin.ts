// CORS: which answers pages of other origins may read (https://fetch.spec.whatwg.org/#http-cors-protocol). CSRF,
// whether a page may change something with a cookie, is in token-cookies.ts.

import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { corsPreflightSeconds } from '../bounds.ts';
import type { Config } from '../environment.ts';
import { isAllowedOrigin } from '../origins.ts';

/** Public: the same for everybody, so any page may read it, without credentials. */
const publicPaths =
  /^\/(\.well-known\/.*|openapi\.json|status(\/.*)?|api\/(healthchecker|readiness|auth\/ways))$/;

const common = {
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'DPoP',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    // Tracing and HTTP libraries add these by themselves. If one is refused, the browser does not send the call.
    'X-Requested-With',
    'baggage',
    'sentry-trace',
    'traceparent',
    'tracestate',
  ],
  exposeHeaders: [
    'DPoP-Nonce',
    'ETag',
    'Link',
    'Location',
    'Retry-After',
    'WWW-Authenticate',
    'X-Request-Id',
  ],
  maxAge: corsPreflightSeconds,
};

/** Only pages of `WEB_ORIGINS` send cookies; pages of `CORS_ORIGINS` send bearer tokens. */
export function crossOrigin({ corsOrigins, webOrigins }: Config): MiddlewareHandler {
  const anybody = cors({ ...common, origin: '*', allowMethods: ['GET', 'HEAD'] });
  const withCookies = cors({ ...common, origin: (origin) => origin, credentials: true });
  const withBearer = cors({
    ...common,
    origin: (origin) => (isAllowedOrigin(corsOrigins, origin) ? origin : null),
  });
  const isClosed = corsOrigins.length + webOrigins.length === 0;

  return (context, next) => {
    // Without this header it is no preflight: the answer is a `405` with `Allow`.
    if (context.req.method === 'OPTIONS' && !context.req.header('Access-Control-Request-Method'))
      return next();
    if (publicPaths.test(context.req.path)) return anybody(context, next);
    if (isClosed) return next();
    const isTrusted = isAllowedOrigin(webOrigins, context.req.header('Origin') ?? '');
    return (isTrusted ? withCookies : withBearer)(context, next);
  };
}
