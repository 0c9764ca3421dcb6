// Endpoints that do one thing to one user, and need no body for it.

import type { Context } from 'hono';
import type { Dependencies, Variables } from '../../context.ts';
import { type Call, type Endpoint, endpoint } from '../../http/endpoint.ts';
import type { Act, Outcome } from '../../operators/operator.ts';
import { actOf, settled } from './outcome.ts';

type Definition = {
  readonly route: `POST /api/admin/users/:id/${string}` | 'DELETE /api/admin/users/:id';
  readonly access: 'session';
  readonly operator: 'write';
  readonly limit: 'write';
  readonly trips: 1;
};

type Done = Context<{ Variables: Variables }>;

/**
 * @param run the statement.
 * @param after what is due once it is done.
 */
export function userAct(
  route: Definition['route'],
  run: (dependencies: Dependencies, act: Act & { readonly userId: string }) => Promise<Outcome>,
  after: (context: Done) => void = () => {},
): Endpoint<Definition> {
  return endpoint<Definition>(
    { route, access: 'session', operator: 'write', limit: 'write', trips: 1 },
    (dependencies) =>
      async ({ context, caller, id }: Call<Definition>) => {
        const act = actOf(context, dependencies, caller);
        await settled(await run(dependencies, { ...act, userId: id }), dependencies, caller);
        after(context);
        return context.body(null, 204);
      },
  );
}
