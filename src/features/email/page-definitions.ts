// The definitions of the pages that mails link to. Apart from the pages, as the build reads them and has no JSX.

import type { Definition } from '../../http/endpoint.ts';
import { reset } from './reset-password.ts';
import { undoOnPage } from './undo-change.ts';
import { verify } from './verify.ts';

const page = { access: 'anybody', speaks: 'page' } as const;

export const pageDefinitions = {
  verificationPage: { ...page, route: 'GET /verify-email', trips: 0 },
  verificationForm: { ...page, route: 'POST /verify-email', limit: 'login', body: verify.body, trips: 2 },
  resetPage: { ...page, route: 'GET /reset-password', trips: 0 },
  resetForm: { ...page, route: 'POST /reset-password', limit: 'login', body: reset.body, trips: 2 },
  undoPage: { ...page, route: 'GET /undo-email-change', trips: 0 },
  undoForm: { ...page, route: 'POST /undo-email-change', limit: 'login', body: undoOnPage, trips: 2 },
} as const satisfies Record<string, Definition>;
