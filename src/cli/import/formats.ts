// What a file of users may look like, by the name that --format gives it.

import { fromAuth0 } from './formats/auth0.ts';
import { type FirebaseHashConfig, fromFirebase } from './formats/firebase.ts';
import { fromKeycloak } from './formats/keycloak.ts';
import type { Mapped, Source } from './formats/source-user.ts';
import { fromSupabase } from './formats/supabase.ts';

export const formats = ['auth0', 'firebase', 'keycloak', 'supabase'] as const;
export type Format = (typeof formats)[number];

/** From a user of theirs to a line of ours. */
export function mappingOf(
  format: Format,
  hashConfig: FirebaseHashConfig | undefined,
): (user: Source) => Mapped {
  switch (format) {
    case 'auth0':
      return fromAuth0;
    case 'firebase':
      return (user) => fromFirebase(user, hashConfig);
    case 'keycloak':
      return fromKeycloak;
    case 'supabase':
      return fromSupabase;
  }
}
