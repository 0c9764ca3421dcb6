/** The flow that an app has to follow, in the words that its developer reads. */
export const refreshing = `
A refresh token is used once: each call spends the newest one and answers with its successor. Whoever presents one that
was spent before looks like a thief, and the session ends. So that a lost answer logs nobody out:

1. With each token response make a random \`Idempotency-Key\`, and **store it beside the tokens, in one write**: it is the
   key of the call that will spend them, a refresh or a \`change-password\`.
2. Call. On \`200\`, store the new tokens and a new key in place of the old.
3. No answer, a timeout, a \`5xx\`, a \`429\`: **keep tokens and key**, wait (\`Retry-After\`, or a growing pause), and
   repeat the call with the same token and the same key. Within 24 hours the answer is the same successor, also after the
   app was killed meanwhile. Nobody gets it without the key. For a client that never sends keys a repeat is answered for 30
   seconds; a session in which a key was used once is repeated by its keys alone.
4. \`409 refresh-superseded\`: within the last 30 seconds another call with another key spent this token. No tokens come
   with it, and nothing has ended: read the store again, another process has written to it.
5. A problem with \`discard_credentials: true\`: forget the tokens and show the login; \`reason\` says why the session is
   over. In every other case keep them: \`retryable\` says whether the same call may succeed later.

Let one refresh run at a time and have other calls wait for it. Refresh shortly before \`expires_in\` is over, and once when
a call answers \`401 invalid-access-token\`.`;
