// An example of a resource of your own: a second Worker that accepts Latchkey's access tokens with `latchkey/verify`.

import {
  createVerifier,
  InvalidTokenError,
  KeysUnavailableError,
  StatusUnavailableError,
  type VerifierOptions,
} from '../../../src/verify/create-verifier.ts';

/** A Worker of yours would call this at its top level, and export what it gives. */
export function createResource(options: VerifierOptions): { fetch(request: Request): Promise<Response> } {
  const verify = createVerifier(options);

  return {
    async fetch(request) {
      const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization') ?? '') ?? [];
      if (token === undefined) {
        return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
      }
      try {
        const { sub, role } = await verify(token);
        return Response.json({ user: sub, role });
      } catch (error) {
        if (error instanceof InvalidTokenError) {
          const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
          return Response.json({ reason: error.reason }, { status: 401, headers });
        }
        // Not the caller's fault: a 401 would make its app sign its user out.
        if (error instanceof KeysUnavailableError || error instanceof StatusUnavailableError) {
          return new Response(null, { status: 503, headers: { 'Retry-After': '5' } });
        }
        throw error;
      }
    },
  };
}
