// The export of an account, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import {
  describe,
  exampleId,
  exampleTime,
  type Feature,
  id,
  noted,
  time,
} from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { exportAccount } from './export.ts';

const rows = (of: string) => noted(z.array(z.looseObject({})), { description: of });
const AccountExport = noted(
  z.object({
    exported_at: time('When this was gathered.'),
    user: noted(z.looseObject({ id: id() }), { description: 'The account.' }),
    sessions: rows('Every session, ended ones too.'),
    security_events: rows('The security log.'),
    mails: rows('Mails that were sent or wait.'),
    login_attempts: rows('Passwords tried in a row, at the address and inside a session.'),
    revoked_tokens: rows('Refresh tokens cancelled before their time.'),
    email_grants: rows('Links and codes, without what would open anything.'),
    email_requests: rows('Requests for a link or a code.'),
    mailed_grants: rows('Links and codes of each mail, without what would open anything.'),
    email_destinations: rows('Mails and wrong codes, counted by address.'),
    totp_secrets: rows('Authenticator apps, without what they compute codes from.'),
    passkeys: rows('Passkeys, lately removed ones too.'),
    identities: rows('Who identity providers say that the user is, lately removed ones too.'),
    auth_sessions: rows('Sign-ins that owed a second factor.'),
    known_devices: rows('Devices that have signed in.'),
    posts: rows('Everything that the user wrote.'),
  }),
  { description: 'Rows as they are stored. Columns may be added.' },
);

const exported = {
  exported_at: exampleTime,
  user: { id: exampleId, email: 'ada@example.com', name: 'Ada', metadata: { theme: 'dark' } },
  sessions: [{ id: exampleId, device_name: 'Ada’s phone' }],
  security_events: [{ id: exampleId, kind: 'signed-in' }],
  mails: [],
  login_attempts: [],
  revoked_tokens: [],
  email_grants: [],
  email_requests: [],
  mailed_grants: [],
  email_destinations: [],
  totp_secrets: [],
  passkeys: [{ id: exampleId, name: 'Ada’s phone' }],
  identities: [],
  auth_sessions: [],
  known_devices: [],
  posts: [],
};

export const accountExport: Feature = {
  tag: tags.account,
  schemas: { AccountExport },
  operations: [
    describe(exportAccount, {
      id: 'exportMe',
      summary: 'Export everything',
      description:
        'All that is kept about the user, as one JSON document. It is sent while it is read: a document that is cut off, and so is no ' +
        'JSON, met a fault on its way, and is asked for again. What changes meanwhile may be in it or not.',
      problems: ['too-many-requests'],
      answers: {
        200: {
          description: 'The document.',
          headers: ['Cache-Control', 'Content-Disposition'],
          content: { schema: AccountExport, examples: { ada: exported } },
        },
      },
    }),
  ],
};
