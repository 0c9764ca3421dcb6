// The formats of exports from other systems, by the name that --format takes.

import { fromAuth0 } from './formats/auth0.ts';
import { type FirebaseHashConfig, fromFirebase } from './formats/firebase.ts';
import { fromKeycloak } from './formats/keycloak.ts';
import type { Mapped, Source } from './formats/source-user.ts';
import { fromSupabase } from './formats/supabase.ts';

export const formats = ['auth0', 'firebase', 'keycloak', 'supabase'] as const;
export type Format = (typeof formats)[number];

/** Returns the function that maps a user of that system to a line of our own format. */
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
