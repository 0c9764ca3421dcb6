// Holds every answer of every test against the OpenAPI document: what is not in it, or not as it says, fails the test.

import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { type OpenApiDocument, openApiDocument } from '../../src/build/openapi/document.ts';

export type Exchange = {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** As it came over the wire. */
  readonly text: string;
};

type Json = { readonly [key: string]: unknown };
type Answered = {
  readonly headers?: Record<string, { readonly required?: boolean }>;
  readonly content?: Record<
    string,
    { readonly schema: Json; readonly examples?: Record<string, { value: unknown }> }
  >;
  readonly 'x-problems'?: readonly string[];
};
type Operation = { readonly responses: Record<string, Answered> };

/** Of the headers that carry meaning for a client, each that is there has to be in the document. */
const told = ['ETag', 'Link', 'Location', 'Retry-After', 'Set-Cookie', 'WWW-Authenticate'];

let made: OpenApiDocument | undefined;

export function theDocument(): OpenApiDocument {
  made ??= openApiDocument('0.0.0');
  return made;
}

/** @throws Error that says what the document does not know of. */
export function assertConforms({ method, path, status, headers, text }: Exchange): void {
  const what = `${method} ${path} -> ${status}`;
  const answered = answerFor(method, new URL(path, 'http://service').pathname, status);
  if (answered === 'preflight') return;
  if (answered === undefined)
    throw new Error(`${what} is not in the OpenAPI document: ${text.slice(0, 200)}`);
  const faults = [
    ...headerFaults(answered, headers),
    ...bodyFaults(answered, headers, method === 'HEAD' ? '' : text, method),
  ];
  if (faults.length > 0) throw new Error(`${what} is not as the OpenAPI document says: ${faults.join('; ')}`);
}

function answerFor(method: string, path: string, status: number): Answered | 'preflight' | undefined {
  if (method === 'OPTIONS' && status === 204) return 'preflight';
  const operations = operationsAt(path);
  const operation = operations?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
  if (operation) return resolve(operation.responses[status]);
  // What the document's introduction says of every other path and method, and of a body that is too large wherever it goes.
  const names = {
    404: operations ? undefined : 'not-found',
    405: operations && 'method-not-allowed',
    413: 'body-too-large',
  };
  const name = names[status as keyof typeof names];
  return name === undefined
    ? undefined
    : {
        content: {
          'application/problem+json': { schema: problemSchema },
          // Whoever reads HTML gets a page where nothing is.
          ...(name === 'not-found' && { 'text/html': { schema: { type: 'string' } } }),
        },
        'x-problems': [name],
      };
}

const problemSchema = { $ref: '#/components/schemas/Problem' };

/** The path without parameters goes before the one with some. What is no id has no path: the router knows none either. */
function operationsAt(path: string): Record<string, Operation> | undefined {
  const paths = theDocument().paths as unknown as Record<string, Record<string, Operation>>;
  // As the router reads it, where it can be read.
  const decoded = path.replace(/(%[0-9a-f]{2})+/gi, (text) => {
    try {
      return decodeURI(text);
    } catch {
      return text;
    }
  });
  const template = Object.keys(paths).find((candidate) =>
    new RegExp(
      `^${candidate
        .replace(/[.]/g, '\\.')
        .replace('{id}', '[0-9a-f-]+')
        .replace('{provider}', '[a-z][a-z0-9-]*')
        .replace('{identity}', '([0-9a-f-]+|[a-z][a-z0-9-]*)')
        .replace(/\{\w+\}/g, '[^/]+')}$`,
    ).test(decoded),
  );
  return paths[path] ?? paths[template ?? ''];
}

function resolve<T>(given: T | undefined): T | undefined {
  const reference = (given as { $ref?: string } | undefined)?.$ref;
  if (reference === undefined) return given;
  const steps = reference.split('/').slice(1);
  return steps.reduce<unknown>((value, step) => (value as Json)[step], theDocument()) as T;
}

function headerFaults({ headers = {} }: Answered, given: Headers): string[] {
  const missing = Object.entries(headers).filter(
    ([name, header]) => resolve(header)?.required && !given.has(name),
  );
  const extra = told.filter((name) => given.has(name) && !(name in headers));
  return [
    ...missing.map(([name]) => `no header ${name}`),
    ...extra.map((name) => `the header ${name}, which it does not know of`),
  ];
}

function bodyFaults(
  { content, 'x-problems': names }: Answered,
  headers: Headers,
  text: string,
  method: string,
): string[] {
  const mediaType = headers.get('Content-Type')?.split(';')[0];
  if (content === undefined) return text === '' ? [] : [`a body, ${text.slice(0, 200)}`];
  const schema = content[mediaType ?? '']?.schema;
  if (schema === undefined) return [`the media type ${mediaType}`];
  if (method === 'HEAD' || !/json$/.test(mediaType ?? '')) return [];
  const body = JSON.parse(text);
  const name = /\/problems\/([a-z-]+)$/.exec(body?.type ?? '')?.[1];
  return [
    ...faultsOf(schema, body),
    ...(names && !names.includes(name ?? '')
      ? [`the problem ${name} where it knows of ${names.join(', ')}`]
      : []),
  ];
}

/** Empty where a value is as its schema says; properties that no schema knows of are faults here, if not for clients. */
export function faultsOf(schema: Json, value: unknown): string[] {
  const whole = { ...schema, components: { schemas: theDocument().components['schemas'] } };
  // The interpreter: workerd refuses to make functions out of text.
  const { errors } = new Validator(closed(whole) as object, '2020-12', false).validate(value);
  return errors.filter(isCause).map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}

/** Not the lines that only say that a part did not match. */
function isCause({ keyword }: OutputUnit): boolean {
  return !['properties', '$ref', 'items', 'additionalProperties'].includes(keyword);
}

/** The same schema where no object has room for more; clients are promised that there may be more one day. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === 'example' ? value : closed(value),
  ]);
  const isObject = 'properties' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(entries), ...(isObject && { additionalProperties: false }) };
}
