// What a browser lets pages of other origins read (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol). Whether a page may
// change something with a cookie is token-cookies' affair.

import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Config } from '../environment.ts';
import { corsPreflightSeconds } from '../lifetimes.ts';
import { isAllowedOrigin } from '../origins.ts';

/** The same for everybody, so that any page may read it. Without credentials, which it does not look at. */
const publicPaths = /^\/(\.well-known\/.*|openapi\.json|api\/(healthchecker|readiness))$/;

const common = {
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    // What tracing and HTTP libraries add unasked; a refused one is a call that never leaves the page.
    'X-Requested-With',
    'baggage',
    'sentry-trace',
    'traceparent',
    'tracestate',
  ],
  exposeHeaders: ['ETag', 'Link', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
  maxAge: corsPreflightSeconds,
};

/** Cookies come with calls from `WEB_ORIGINS` alone; those of `CORS_ORIGINS` call with bearer tokens. */
export function crossOrigin({ corsOrigins, webOrigins }: Config): MiddlewareHandler {
  const anybody = cors({ ...common, origin: '*', allowMethods: ['GET', 'HEAD'] });
  const withCookies = cors({ ...common, origin: (origin) => origin, credentials: true });
  const withBearer = cors({
    ...common,
    origin: (origin) => (isAllowedOrigin(corsOrigins, origin) ? origin : null),
  });
  const isClosed = corsOrigins.length + webOrigins.length === 0;

  return (context, next) => {
    // Without this header it is no preflight, and the answer says which methods there are.
    if (context.req.method === 'OPTIONS' && !context.req.header('Access-Control-Request-Method'))
      return next();
    if (publicPaths.test(context.req.path)) return anybody(context, next);
    if (isClosed) return next();
    const isTrusted = isAllowedOrigin(webOrigins, context.req.header('Origin') ?? '');
    return (isTrusted ? withCookies : withBearer)(context, next);
  };
}
