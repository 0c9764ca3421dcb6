// The definitions of the pages that people meet. Apart from the pages, as the build reads them and has no JSX.

import * as z from 'zod/mini';
import type { Definition } from '../../http/endpoint.ts';
import { text } from '../../http/fields.ts';
import { reset } from './reset-password.ts';
import { undoOnPage } from './undo-change.ts';
import { verify } from './verify.ts';

const page = { access: 'anybody', speaks: 'page' } as const;

export const anotherMailPath = '/send-another';

export const pageDefinitions = {
  startPage: { ...page, route: 'GET /', trips: 0 },
  verificationPage: { ...page, route: 'GET /verify-email', trips: 0 },
  verificationForm: { ...page, route: 'POST /verify-email', limit: 'login', body: verify.body, trips: 2 },
  resetPage: { ...page, route: 'GET /reset-password', trips: 0 },
  resetForm: { ...page, route: 'POST /reset-password', limit: 'login', body: reset.body, trips: 2 },
  undoPage: { ...page, route: 'GET /undo-email-change', trips: 0 },
  undoForm: { ...page, route: 'POST /undo-email-change', limit: 'login', body: undoOnPage, trips: 2 },
  anotherMailPage: { ...page, route: `GET ${anotherMailPath}`, trips: 0 },
  anotherMailForm: {
    ...page,
    route: `POST ${anotherMailPath}`,
    limit: 'mail',
    body: () => z.object({ token: text({ minimum: 1, maximum: 128 }) }),
    trips: 1,
  },
} as const satisfies Record<string, Definition>;
