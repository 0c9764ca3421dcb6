// An identity of a provider, as the document describes it: in the user, and by itself.

import * as z from 'zod/mini';
import type { OwnIdentity } from '../../sessions/own-identities.ts';
import { id, said, time } from './describe.ts';

export const Identity: z.ZodMiniType<OwnIdentity> = z.object({
  id: id(),
  provider: said('`apple`, `google`, or another that the operator has named.'),
  created_at: time('When it began to open the account.'),
  last_used_at: z.nullable(time('When it last signed in, rounded down to the hour.')),
});
