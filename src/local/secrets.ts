// Detects secrets in logs: whatever gives access to an account, a mailbox or a database. Reports the kind and never
// the secret.

const kinds: Readonly<Record<string, RegExp>> = {
  'a signed token': /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/,
  'the private part of a key': /\\?"(d|p|q|dp|dq|qi)\\?"\s*:\s*\\?"[\w-]{20,}/,
  'the password of a connection': /\b(postgres(ql)?|smtps?):\/\/[^\s:@/]+:(?!pass(word)?@)[^\s:@/]+@/,
  'a link of a mail': /[?&]token=[\w-]{20,}/,
  'a code of a mail': /"code\\?"\s*:\s*\\?"\d{6}\b/,
  'the hash of a password':
    /\$(argon2\w*|2[aby]|(fb)?scrypt|pbkdf2[\w-]*|wp|bcrypt_sha256|[56])\$|\$[PH]\$[./\dA-Za-z]{31}|\bpbkdf2_sha\w+\$\d/,
  // The passwords that tests use.
  'a password':
    /tide lamp orbit cello|velvet sparrow tunnel mint|plum radio fence maple|lantern quilt meadow fig|copper violin raft dune|amber kite ledger moss/,
};

/** Returns the kind of a secret in the text; undefined if there is none. */
export function secretIn(text: string): string | undefined {
  return Object.keys(kinds).find((kind) => kinds[kind]?.test(text));
}
