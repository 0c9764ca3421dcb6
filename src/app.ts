// The app: middleware in order, and the endpoints mounted.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { bodyBytes, eventRunMilliseconds, eventSpacingMilliseconds } from './bounds.ts';
import type { Dependencies, Variables } from './context.ts';
import { endpoints } from './endpoints.ts';
import { deliverMails } from './features/mail-delivery/deliver.ts';
import { coalescedDelivery, deliverEvents } from './features/outbox/deliver.ts';
import { makeProviderCalls } from './features/provider-calls/make.ts';
import { allowedMethods } from './http/allowed-methods.ts';
import { crossOrigin } from './http/cross-origin.ts';
import type { Router } from './http/endpoint.ts';
import { fileAt } from './http/files.ts';
import { mayBeTold } from './http/may-be-told.ts';
import { observed } from './http/observe.ts';
import { notFoundPage, wantsPage } from './http/page.tsx';
import { problemResponse } from './http/problem-response.ts';
import { clearTokenCookies } from './http/token-cookies.ts';
import { Problem } from './problems.ts';

export function createApp(dependencies: Dependencies): Router {
  const app: Router = new Hono<{ Variables: Variables }>();

  app.onError((error, context) => {
    // Where the token came in a header or body, the cookies are of another session, which may be active.
    if (error instanceof Problem && error.discardCredentials && context.get('cameByCookie'))
      clearTokenCookies(context);
    return problemResponse(error, context, dependencies);
  });
  app.notFound(async (context) => {
    const allowed = allowedMethods(app, context.req.path);
    if (allowed.length > 0)
      throw new Problem('method-not-allowed', { headers: { Allow: allowed.join(', ') } });
    const file = await fileAt(context.req, dependencies.config.files);
    if (file) return file;
    const isRead = context.req.method === 'GET' || context.req.method === 'HEAD';
    if (isRead && wantsPage(context)) {
      context.set('problem', 'not-found');
      return notFoundPage(context, dependencies);
    }
    throw new Problem('not-found');
  });

  const tellOthers = coalescedDelivery(
    () => deliverEvents(dependencies, eventRunMilliseconds.afterAnswer),
    dependencies.now,
    eventSpacingMilliseconds,
  );

  app.use(observed(dependencies));
  app.use(async (context, next) => {
    await next();
    // What was queued leaves right after the answer, rather than with the next run of the cron trigger. The wait lets the
    // answer go first.
    const afterwards = (work: (parts: Dependencies) => Promise<unknown>) =>
      context.executionCtx.waitUntil(scheduler.wait(0).then(() => work(dependencies)));
    if (context.get('mailIsDue')) afterwards(deliverMails);
    if (context.get('providerCallIsDue')) afterwards(makeProviderCalls);
    if (dependencies.config.webhook && mayBeTold(context)) afterwards(tellOthers);
  });
  // The headers that current browsers use. The other five are for browsers that are gone; each costs 2 µs of an
  // answer's 110 µs.
  app.use(
    secureHeaders({
      xFrameOptions: 'DENY',
      originAgentCluster: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
    }),
  );
  app.use(crossOrigin(dependencies.config));
  app.use(
    bodyLimit({
      maxSize: bodyBytes,
      onError: () => {
        throw new Problem('body-too-large');
      },
    }),
  );

  for (const endpoint of endpoints) endpoint.mount(app, dependencies);
  return app;
}
