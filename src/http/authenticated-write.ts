// Lets in who brings a valid access token, to change something: limited by the network it comes from, and by session.

import type { MiddlewareHandler } from 'hono';
import { authenticated } from './authenticate.ts';
import { limitedWrites, withinWrites } from './rate-limit.ts';
import type { Dependencies, Variables } from './router.ts';

/** @throws Problem `too-many-requests`, before anything is spent; and what `authenticated` throws. */
export function authenticatedToWrite(
  dependencies: Dependencies,
): MiddlewareHandler<{ Variables: Variables }> {
  const { limits } = dependencies;
  const byNetwork = limitedWrites(limits);
  const byToken = authenticated(dependencies);
  return (context, next) =>
    byNetwork(context, async () => {
      await byToken(context, async () => {
        await withinWrites(limits, context.get('access'));
        await next();
      });
    });
}
