// Every mail as it would leave, from its sample. It is bundled anew for each request (mails-page.ts), as Node reads no JSX.
import type { MailKind } from '../mail/letters.ts';
import { renderMail } from '../mail/render.ts';
import { mailSamples } from './mail-samples.ts';

export type PreviewedMail = { readonly subject: string; readonly html: string; readonly text: string };

export const kinds = Object.keys(mailSamples) as MailKind[];

export const languages: readonly string[] = ['en'];

export function preview(kind: MailKind, _language: string): PreviewedMail {
  return renderMail(kind, mailSamples[kind]);
}
