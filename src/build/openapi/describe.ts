// What a feature says about its endpoints, beside what they are. Everything that follows from the rules of the
// service is added in operation.ts.

import * as z from 'zod/mini';
import type { Definition } from '../../http/endpoint.ts';
import type { ProblemName } from '../../problems.ts';

export type Json = { readonly [key: string]: unknown };

type Schema = z.core.$ZodType;

/** Examples by name: each is shown, and each is checked against the schema when the document is made. */
export type Examples = { readonly [name: string]: unknown };

export type Content = {
  readonly mediaType?: string;
  readonly schema: Schema;
  readonly examples: Examples;
};

export type Answered = {
  readonly description: string;
  readonly content?: Content;
  /** Of `components.headers`: those that are always there, and with a `?` those that may be. */
  readonly headers?: readonly string[];
};

/** What the document says of an endpoint that the endpoint does not say itself. */
export type Description = {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  /**
   * What the last part of the path is called in the document, of `components.parameters`: OpenAPI knows one path where two endpoints
   * differ in the name of that part alone.
   */
  readonly pathParameter?: string;
  /** For a page, which takes whatever query there is. */
  readonly query?: z.core.$ZodObject;
  /** Of `components.parameters`; those of the path, `Idempotency-Key` and `DPoP` follow from the endpoint. */
  readonly parameters?: readonly string[];
  /** Without a schema: the endpoint's own. */
  readonly body?: Partial<Content> & { readonly examples: Examples; readonly optional?: true };
  readonly answers: { readonly [status: number]: Answered };
  readonly problems?: readonly ProblemName[];
};

export type Described = Omit<Description, 'body'> &
  Pick<Definition, 'route' | 'access' | 'recent' | 'operator' | 'speaks' | 'takesProof' | 'isSwitchedOn'> & {
    readonly body?: Content & { readonly optional?: true };
    /** Served from a file, with the headers of `src/docs/_headers`: nothing that an endpoint can fail with. */
    readonly isFile?: true;
  };

export type Feature = {
  readonly tag: { readonly name: string; readonly description: string };
  /** Schemas that get a name in `components.schemas`. */
  readonly schemas: { readonly [name: string]: Schema };
  readonly operations: readonly Described[];
};

const form = 'application/x-www-form-urlencoded';

export function describe(endpoint: Definition, description: Description): Described {
  const { access, recent, operator, speaks, takesKey, takesProof, isSwitchedOn } = endpoint;
  const { body, query = endpoint.query?.(), parameters = [], pathParameter } = description;
  const route = pathParameter ? endpoint.route.replace(/:\w+$/, `:${pathParameter}`) : endpoint.route;
  const schema = body?.schema ?? endpoint.body?.();
  if ((body === undefined) !== (schema === undefined)) throw new Error(`${route}: a body without examples`);
  return {
    ...description,
    route,
    access,
    ...(recent && { recent }),
    ...(operator && { operator }),
    ...(speaks && { speaks }),
    ...(takesProof && { takesProof }),
    ...(isSwitchedOn && { isSwitchedOn }),
    ...(query && { query }),
    parameters: [
      ...[...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name),
      ...(takesKey ? ['Idempotency-Key'] : []),
      ...(takesProof ? ['DPoP'] : []),
      ...parameters.filter((name) => name !== 'Idempotency-Key'),
    ],
    ...(body && schema && { body: { ...(speaks && { mediaType: form }), ...body, schema } }),
  } as Described;
}

/** What a schema says beside what it checks: it ends up in the document word for word. */
export const notes = z.registry<Json>();

export function noted<S extends Schema>(schema: S, note: Json): S {
  notes.add(schema, note);
  return schema;
}

export const id = () => noted(z.string(), { format: 'uuid', description: 'A UUIDv7.' });
export const time = (description: string) => noted(z.string(), { format: 'date-time', description });
export const said = (description: string) => noted(z.string(), { description });
export const count = (description: string) => noted(z.int().check(z.gte(0)), { description });

export const exampleId = '019ab3f2-7c1e-7b4a-9d55-3f0c2a9e6b10';
export const exampleTime = '2026-03-01T09:30:00.000Z';
