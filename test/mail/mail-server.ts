// The mail server of the tests, told to fail for one recipient at a time.

import { inject } from 'vitest';
import type { Fault } from '../../src/local/smtp-fault.ts';

/** From now on mail to this address meets the fault. */
export async function breakMail(recipient: string, kind: Fault, milliseconds?: number): Promise<void> {
  const response = await fetch(`${inject('mailApiUrl')}/faults`, {
    method: 'PUT',
    body: JSON.stringify({ recipient, kind, milliseconds }),
  });
  if (!response.ok) throw new Error(`PUT /faults: ${await response.text()}`);
}

export async function mendMail(recipient: string): Promise<void> {
  await fetch(`${inject('mailApiUrl')}/faults?recipient=${encodeURIComponent(recipient)}`, {
    method: 'DELETE',
  });
}

/** Nobody listens there. */
export const deadSmtpUrl = 'smtp://test:test@127.0.0.1:27001';
