// Types for the part of mailparser that is used here: the package has none.
declare module 'mailparser' {
  export type ParsedMail = {
    from?: { text: string };
    replyTo?: { text: string };
    subject?: string;
    text?: string;
    html: string | false;
    headers: ReadonlyMap<string, unknown>;
    headerLines: readonly { key: string; line: string }[];
  };
  export function simpleParser(source: import('node:stream').Readable | string): Promise<ParsedMail>;
}
