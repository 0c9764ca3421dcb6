// What a feature says about its endpoints. Everything that follows from the rules of the service is added in operation.ts.

import * as z from 'zod/mini';
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

export type Described = {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  /**
   * Who may call: anybody; whoever has an access token, in a header or a cookie; whoever has a refresh token, in the body
   * or a cookie; for `any-token` either. `maybe-access-token`: anybody, but some things only with an access token.
   */
  readonly access: 'anybody' | 'access-token' | 'maybe-access-token' | 'refresh-token' | 'any-token';
  readonly query?: z.core.$ZodObject;
  /** Of `components.parameters`. */
  readonly parameters?: readonly string[];
  readonly body?: Content & { readonly optional?: true };
  readonly answers: { readonly [status: number]: Answered };
  readonly problems?: readonly ProblemName[];
  /** A page for people: to whoever asks for `text/html`, its problems are pages too. */
  readonly isPage?: true;
  /** Served from a file, with the headers of `src/docs/_headers`: nothing that an endpoint can fail with. */
  readonly isFile?: true;
};

export type Feature = {
  readonly tag: { readonly name: string; readonly description: string };
  /** Schemas that get a name in `components.schemas`. */
  readonly schemas: { readonly [name: string]: Schema };
  /** By method and path, as in `GET /api/posts/{id}`. */
  readonly operations: { readonly [route: string]: Described };
};

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
