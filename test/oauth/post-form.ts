// A form as OAuth clients send it (RFC 6749, appendix B).

import type { Answer, Service } from '../service.ts';

export function postForm(
  service: Service,
  path: string,
  form: Record<string, string> | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return service.call('POST', path, { body: new URLSearchParams(form), headers });
}
