// JSON Schema out of zod: every named schema once, in `components.schemas`, and references to it everywhere else.

import * as z from 'zod/mini';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import {
  deviceName,
  emailAddress,
  knownDevice,
  localeField,
  password,
  photoAddress,
  signedToken,
} from '../../http/fields.ts';
import { type Feature, type Json, noted, notes } from './describe.ts';

export type SchemaBook = {
  readonly components: Json;
  /** A reference to a named schema, or the schema itself. */
  of(schema: z.core.$ZodType): Json;
  /** The members of a query, as OpenAPI parameters. */
  parametersOf(query: z.core.$ZodObject): Json[];
};

/**
 * `io: 'input'`: what a client sends, defaults left out. Answers have no transforms, so that it is what it gets, too.
 */
const settings = {
  io: 'input',
  metadata: notes,
  override: ({ jsonSchema }: { jsonSchema: Json }) => foldNull(jsonSchema),
} as const;

export function schemaBook(vocabularies: readonly Feature['schemas'][]): SchemaBook {
  noteSharedFields();
  const named = z.registry<{ id: string }>();
  for (const schemas of vocabularies) {
    for (const [name, schema] of Object.entries(schemas)) named.add(schema, { id: name });
  }
  const uri = (name: string) => `#/components/schemas/${name}`;
  const { schemas } = z.toJSONSchema(named, { ...settings, uri });
  return {
    components: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)])),
    of(schema) {
      const name = named.get(schema)?.id;
      return name ? { $ref: uri(name) } : bare(z.toJSONSchema(schema, settings));
    },
    parametersOf(query) {
      const { properties = {} } = z.toJSONSchema(query, { ...settings, io: 'output' });
      return Object.entries(properties).map(([name, schema]) => {
        const { description, ...rest } = schema as Json;
        return { name, in: 'query', description, schema: rest };
      });
    },
  };
}

/** What zod cannot tell about the fields that bodies share. */
function noteSharedFields(): void {
  noted(emailAddress(), { format: 'email', maxLength: 254, description: 'Kept in lower case.' });
  noted(password(), {
    format: 'password',
    description:
      'Any Unicode text that is long enough and not easy to guess; a phrase is best. No rules about kinds of characters.',
  });
  noted(photoAddress(), { format: 'uri', description: 'An `http` or `https` URL.' });
  noted(localeField(), {
    description:
      'A language tag (BCP 47), such as `de` or `pt-BR`: what mails are written in. Platforms’ spellings (`de_DE`) are taken as well.',
  });
  noted(knownDevice(), {
    description:
      'The `known_device` of an earlier sign-in on this device: what strangers guess at the address keeps it out no ' +
      'more, and no mail says that a new device has signed in. What is wrong with it makes no difference.',
  });
  noted(totp(), {
    type: 'string',
    description: 'Six digits of the authenticator app (RFC 6238). Each works once.',
  });
  noted(recoveryCode(), {
    type: 'string',
    description: 'One of the recovery codes, in place of `totp`. Each works once.',
  });
  noted(deviceName(), {
    type: 'string',
    description: 'What the owner knows the device by. What is too long is cut, what is no name is none.',
  });
  noted(signedToken(), { description: 'A signed token (JWT), as it was issued. Opaque to the client.' });
}

/** `{type: [T, "null"]}` where zod says `{anyOf: [{type: T}, {type: "null"}]}`: shorter, and what generators know. */
function foldNull(schema: { [key: string]: unknown }): void {
  const anyOf = schema['anyOf'] as Json[] | undefined;
  const [value, nothing] = anyOf ?? [];
  if (anyOf?.length !== 2 || typeof value?.['type'] !== 'string' || nothing?.['type'] !== 'null') return;
  delete schema['anyOf'];
  const values = value['enum'] as unknown[] | undefined;
  Object.assign(schema, value, { type: [value['type'], 'null'], ...(values && { enum: [...values, null] }) });
}

/** Without what only a schema that stands alone needs. */
function bare(schema: object): Json {
  const { $schema, $id, '~standard': standard, ...rest } = schema as Json;
  return rest;
}
