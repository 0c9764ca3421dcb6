// The application's own function for claims, as a test puts it in place. The database is the test file's own.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { routes } from '../endpoints.ts';
import { theDocument } from '../openapi/conformance.ts';
import type { Service } from '../service.ts';

/** As an application's migration does it. */
export async function define(service: Service, body: string, language = 'sql'): Promise<void> {
  await service.dependencies.database.query(
    sql.raw(
      `create or replace function latchkey_claims(u users) returns jsonb language ${language} stable as $f$ ${body} $f$`,
    ),
    { repeatable: true },
  );
}

export const says = (service: Service, expression: string) => define(service, `select ${expression}`);

/** An organization, and what of the row a statement may change. */
export const ofTheRow = `jsonb_build_object('org', 'acme', 'row', jsonb_build_object('email', u.email, 'role', u.role, 'name', u.name,
  'is_guest', u.is_guest, 'version', u.version, 'identities', u.identity_count, 'passwords', u.password_version))`;

/** What the function says of somebody now. */
export async function saidOf(service: Service, userId: string | undefined): Promise<unknown> {
  const [row] = await service.dependencies.database.query<{ claims: unknown }>(
    sql`select latchkey_claims(u) as claims from users u where u.id = ${userId ?? null}`,
    { repeatable: true },
  );
  return row?.claims;
}

type Issued = { readonly body?: { readonly access_token?: string } };

/** The application's part of the access token in an answer. */
export function claimsIn({ body }: Issued): unknown {
  const { org, row } = decodeJwt(body?.access_token ?? '');
  return { org, row };
}

export const userIn = ({ body }: Issued): string | undefined => decodeJwt(body?.access_token ?? '').sub;

/** The endpoints whose answer has an access token, as the OpenAPI document says. */
export const issuing = routes.filter(({ route, method }) => {
  const { paths, components } = theDocument();
  const path = route.replace(/^\S+ /, '').replace(/:(\w+)/g, '{$1}');
  const has = (schema: unknown): boolean => {
    const text = JSON.stringify(schema ?? {});
    return (
      text.includes('"access_token":') ||
      [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].some(([, name = '']) =>
        has(Object(components['schemas'])[name]),
      )
    );
  };
  const { responses } = Object(paths[path]?.[method.toLowerCase()]);
  return has(Object(responses)['200']?.content);
});
