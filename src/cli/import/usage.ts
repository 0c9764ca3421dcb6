// The help text of `npm run import`.

import { fields } from './read-user.ts';

export const usage = `DATABASE_URL=postgresql://… npm run -s import -- <users.ndjson | -> [options]

Reads one JSON object a line and adds a user for each:

  {"email": "ada@example.com", "password_hash": "$2b$12$…", "name": "Ada", "email_verified": true,
   "photo": "https://…", "locale": "de-CH", "created_at": "2021-05-04T03:02:01Z", "id": "…", "disabled": false, "metadata": {},
   "app_metadata": {}}

  email, password_hash   required
  name                   what is before the "@" of the address, if left out
  email_verified         false, if left out: they verify before they can sign in
  role                   is never imported
  id                     becomes the user's id where it is a UUID that nobody has, and else their external_id
  external_id            what another system calls them: an operator finds them by it, and tokens may carry it
  locale                 a language tag (BCP 47): what mails to them are written in
  disabled               true: nobody signs in to the account until an operator enables it
  metadata               a JSON object of at most 4 KiB that its owner reads and writes
  app_metadata           the same, and operators alone write it

A line with another field than ${fields.join(', ')}
is refused, and the field is named. "" is the same as a field that is left out.

A password_hash is
  bcrypt                 up to cost 14; also as Django (bcrypt, bcrypt_sha256), PHP and WordPress 6.8 ($wp$2y$) write it
  Argon2                 up to 64 MiB and four passes, as PHP, Django and others write it. Django’s own parameters are 100 MiB,
                         which a Worker has no room for: such users choose a password by mail (--without-password)
  scrypt                 up to 64 MiB, as a PHC string and as Django and Werkzeug write it; Firebase’s as $fbscrypt$
  PBKDF2                 up to 2,000,000 iterations with SHA-256 (Django has 1,800,000 at most) and 1,200,000 with SHA-1 and
                         SHA-512, as a PHC string and as Django, Werkzeug, passlib and ASP.NET Identity (versions 2 and 3) write it
  phpass ($P$, $H$)      of WordPress before 6.8 and of phpBB
  SHA-crypt ($5$, $6$)   of crypt(3), up to 700,000 rounds
Its owner signs in with the password that they have, and the hash is then replaced: for as long as wrangler.toml says
IMPORTED_HASHES = "true". Other kinds are refused by their names: md5-crypt, yescrypt, LDAP’s {SSHA}, bare MD5 and the like.

Who is there already stays as they are: a file can be imported again after an interruption, and only the rest is added.
What is refused goes to standard output, one {"line": …, "reason": …} a line, and the exit code is 1.

  --dry-run              checks every line and writes nothing; needs no database
  --try <address>        asks for this user’s password, says whether it opens the hash in the file, and writes nothing; needs no
                         database. Standard input is for the password then
  --update               mends users that an earlier run imported, by address: those who have not signed in since, nor chosen a
                         password, nor been changed in any other way. A hash of our own parameters cannot be told from a
                         chosen password, and stays. It disables and never enables; ids stay (a UUID of the file's becomes the
                         external_id), and so does what the file says nothing of
  --without-password     lets users in who have no password_hash: they choose a password with "forgot password"
  --format <system>      reads the raw JSON of auth0, firebase, keycloak or supabase, of any size: an object a line, a list, or
                         an object with a list "users". Taken are id, address, whether it is verified, hash, name, photo, language
                         (locale), the time of creation, whether the user is disabled (blocked, disabled, enabled, banned_until) and what
                         is kept with them; not roles, other identities and second factors (the last line says how many had one). Who is
                         deleted there (deleted_at) is refused
    auth0                the export of users, or the one with passwordHash, which Auth0’s support makes. user_metadata, app_metadata
    firebase             firebase auth:export users.json, with
      --hash-config <file>   the project’s hash parameters, as the console shows them ("Password hash parameters"):
                             base64_signer_key, base64_salt_separator, rounds, mem_cost. They are kept with each hash.
                           Custom claims (customAttributes) become app_metadata
    keycloak             kc.sh export --users realm_file, or the users files beside a realm. Attributes become app_metadata: admins
                         alone write those that a realm does not say otherwise of
    supabase             select * from auth.users, as JSON. raw_user_meta_data, raw_app_meta_data
`;
