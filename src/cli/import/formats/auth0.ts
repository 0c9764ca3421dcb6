// Maps users of Auth0: of the regular export, and of the one with password hashes, which Auth0's support makes on
// request.

import { disabled, firstOf, listIn, type Mapped, mapped, objectIn, type Source } from './source-user.ts';

export function fromAuth0(user: Source): Mapped {
  if (user['blocked'] === true) return disabled('blocked');
  return mapped(
    {
      email: user['email'],
      email_verified: user['email_verified'],
      password_hash: firstOf(user['passwordHash'], user['password_hash']),
      name: firstOf(user['name'], user['nickname']),
      photo: user['picture'],
      // The export with hashes is in MongoDB's Extended JSON.
      created_at: firstOf(objectIn(user['created_at'])['$date'], user['created_at']),
    },
    { hadSecondFactor: listIn(user['multifactor']).length > 0 },
  );
}
