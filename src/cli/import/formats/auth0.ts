// Maps users of Auth0: of the regular export, and of the one with password hashes, which Auth0's support makes on
// request.

import { firstOf, listIn, localeIn, type Mapped, mapped, objectIn, type Source } from './source-user.ts';

export function fromAuth0(user: Source): Mapped {
  const documentId = objectIn(user['_id'])['$oid'];
  return mapped(
    {
      // The export with hashes leaves out what its `sub` has before the "|": there the connection is its own database alone.
      id: firstOf(user['user_id'], documentId && `auth0|${documentId}`),
      email: user['email'],
      email_verified: user['email_verified'],
      password_hash: firstOf(user['passwordHash'], user['password_hash']),
      name: firstOf(user['name'], user['nickname']),
      photo: user['picture'],
      // Of a connection that says it, or what the app has asked.
      locale: localeIn(user['locale'], objectIn(user['user_metadata'])['locale']),
      // The export with hashes is in MongoDB's Extended JSON.
      created_at: firstOf(objectIn(user['created_at'])['$date'], user['created_at']),
      disabled: user['blocked'] === true,
      metadata: user['user_metadata'],
      app_metadata: user['app_metadata'],
    },
    { hadSecondFactor: listIn(user['multifactor']).length > 0 },
  );
}
