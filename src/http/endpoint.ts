// Endpoints as data: the router, the rate limits, the OpenAPI document and the tests read an endpoint's definition.

import type { Context, Hono, MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import type { Dependencies, Variables } from '../context.ts';
import { isUuid } from '../encoding.ts';
import type { Config } from '../environment.ts';
import { once } from '../once.ts';
import { Problem } from '../problems.ts';
import type { Caller } from '../sessions/active-caller.ts';
import { authenticated } from './authenticate.ts';
import { formBody } from './form-body.ts';
import { jsonBody } from './json-body.ts';
import { operatorSignIn } from './operator-sign-in.ts';
import { queryParameters } from './query-parameters.ts';
import { limitedByNetwork, limitedBySession, limitedWrites } from './rate-limit.ts';
import { recentSignIn } from './recent-sign-in.ts';

export type Router = Hono<{ Variables: Variables }>;

export type Definition = {
  /**
   * Method and path, as Hono's router takes them: `DELETE /api/auth/sessions/:id`. A part may be `:id`; the last one may be
   * `:provider`, behind whose neighbours with a name of their own it has to be mounted.
   */
  readonly route: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;
  /**
   * `session`: with an access token, whose session the statement then checks. `refresh-token`: with one. `any-token`:
   * with either. `maybe-session`: anybody, but some things only with an access token. `anybody`: the body may hold a
   * secret.
   */
  readonly access: 'anybody' | 'session' | 'maybe-session' | 'refresh-token' | 'any-token';
  /**
   * Behind `session`: wants a sign-in of the last minutes, by what the access token says. `or-password`: or a `password` in
   * the body, which the endpoint checks.
   */
  readonly recent?: true | 'or-password';
  /**
   * Behind `session`: for admins alone, whose sign-in has to be `aal2`, and recent for `write`. The endpoint's statement begins with
   * `activeAdmin`.
   */
  readonly operator?: 'read' | 'write';
  /** Rate limit by network, checked before anything else; `write` by session as well. */
  readonly limit?: 'login' | 'mail' | 'write';
  /** Built at the first request that needs it, so that a cold start does not pay for it. */
  readonly body?: () => z.ZodMiniObject;
  readonly query?: () => z.ZodMiniObject;
  /** Takes an `Idempotency-Key`: a repeat with the same key has the same outcome. */
  readonly takesKey?: true;
  /** Takes a `DPoP` proof of the key that a session is, or is to be, bound to. */
  readonly takesProof?: true;
  /**
   * Maximum of database round trips of a call that succeeds. A door of one makes two where the code of a second factor comes along: its
   * secret has to be read first.
   */
  readonly trips: 0 | 1 | 2;
  /** Whether the operator has configured what it serves; otherwise the path is `404`. */
  readonly isAvailable?: (config: Config) => boolean;
  /** Whether the operator has switched on the way of signing in that it is of; otherwise it answers `way-not-enabled`. */
  readonly isSwitchedOn?: (config: Config) => boolean;
  /** Forms instead of JSON: for OAuth clients, or of a page for people. */
  readonly speaks?: 'oauth' | 'page';
  /** The outermost middleware: a page shows its problems as pages. */
  readonly around?: (dependencies: Dependencies) => MiddlewareHandler;
};

type Parsed<Schema> = Schema extends () => infer S
  ? S extends z.ZodMiniType
    ? z.output<S>
    : never
  : undefined;

export type Call<D extends Definition> = {
  readonly context: Context<{ Variables: Variables }>;
  readonly body: Parsed<D['body']>;
  readonly query: Parsed<D['query']>;
  /** For `access: 'session'`, from the token. Whether the session is active, the statement decides. */
  readonly caller: D['access'] extends 'session' ? Caller : undefined;
  /** From the path: a UUID. Anything else is `not-found`. */
  readonly id: D['route'] extends `${string}/:id` | `${string}/:id/${string}` ? string : undefined;
  /** From the path: a name. Whether there is such a provider, the handler finds out. */
  readonly provider: D['route'] extends `${string}/:provider` ? string : undefined;
};

type Handler<D extends Definition> = (call: Call<D>) => Response | Promise<Response>;

export type Endpoint<D extends Definition = Definition> = D & {
  mount(router: Router, dependencies: Dependencies): void;
};

/** @param handlerOf called once per isolate. */
export function endpoint<const D extends Definition>(
  definition: D,
  handlerOf: (dependencies: Dependencies) => Handler<D>,
): Endpoint<D> {
  const { route, access, recent, operator, limit, speaks, around } = definition;
  const [method = '', path = ''] = route.split(' ');
  const body = definition.body && once(definition.body);
  const query = definition.query && once(definition.query);
  return {
    ...definition,
    ...(body && { body }),
    ...(query && { query }),
    mount(router, dependencies) {
      if (definition.isAvailable?.(dependencies.config) === false) return;
      const handle = handlerOf(dependencies);
      const { limits, now } = dependencies;
      const steps: (MiddlewareHandler<{ Variables: Variables }> | undefined)[] = [
        around?.(dependencies),
        limit && (limit === 'write' ? limitedWrites(limits) : limitedByNetwork(limits[limit])),
        definition.isSwitchedOn?.(dependencies.config) === false ? refuseWay : undefined,
        access === 'session' ? authenticated(dependencies) : undefined,
        access === 'session' && limit === 'write' ? limitedBySession(limits) : undefined,
        body && (speaks === 'page' ? formBody(body) : jsonBody(body)),
        query && queryParameters(query),
        recent && recentSignIn(recent, dependencies),
        operator && operatorSignIn(operator, dependencies),
      ];
      const handlers = steps.filter((step) => step !== undefined);
      // What is at `…/:id` may have a neighbour with a name of its own. No id of ours begins with a letter.
      const pattern = path
        .replace(/:id(?=\/|$)/, ':id{[0-9a-f-]+}')
        .replace(/:provider$/, ':provider{[a-z][a-z0-9-]*}');
      router.on(method, [pattern], ...handlers, (context) =>
        handle({
          context,
          body: context.req.valid('json' as never),
          query: context.req.valid('query' as never),
          caller: access === 'session' ? { ...context.get('access'), now: now() } : undefined,
          id: /\/:id(\/|$)/.test(path) ? idOf(context) : undefined,
          provider: path.endsWith('/:provider') ? context.req.param('provider') : undefined,
        } as unknown as Call<D>),
      );
    },
  };
}

const refuseWay: MiddlewareHandler = () => {
  throw new Problem('way-not-enabled');
};

function idOf(context: Context): string {
  const id = context.req.param('id') ?? '';
  if (!isUuid(id)) throw new Problem('not-found');
  return id;
}
