// A letter: one kind of mail. Its file in letters/ says where it goes, what its link is good for and what it holds. Its sentences are in
// words/.

import type { Speech } from '../words/speech.ts';
import type { Words } from '../words/words.ts';

/** `Given` is what the composer knows of any mail, `Details` what was queued with mails of this kind alone. */
export type Letter<Given, Details = unknown> = {
  /**
   * `account`: the address that the account has when the mail leaves.
   * `request`: the address of the request that its link and code are for.
   * `own`: an address that is queued with the mail, because the account may have another one by then, or be gone.
   */
  readonly recipient: 'account' | 'request' | 'own';
  /** What its link and code are good for. None in a mail whose link proves nothing. */
  readonly grant?: 'register' | 'change-email' | 'reset-password' | 'sign-in' | 'undo-email-change';
  /** What it holds beside the sentences of its kind. */
  readonly content: (input: Given & Details, speech: Speech) => Content;
} & (unknown extends Details
  ? { readonly details?: undefined }
  : {
      /** Reads what the statement that queued the mail wrote into `mails.details`. */
      readonly details: (detail: (name: string) => string) => Details;
    });

/** `name` is the person's, as they wrote it. */
export type Addressed = { readonly name: string };
export type WithLink = Addressed & { readonly link: string };
export type WithExpiringLink = WithLink & { readonly validForSeconds: number };
export type WithCode = WithExpiringLink & { readonly code: string };
/** Without a link, which would work on whatever device the mail is read. */
export type WithCodeAlone = Addressed & { readonly code: string; readonly validForSeconds: number };
/** That something happened, and when. */
export type Notice = Addressed & { readonly when: Date };

/** What varies in a mail of a kind. */
export type Content = {
  /** The sentences, where they are not those of the kind. */
  readonly sentences?: keyof Words['mails'];
  /** The person's own words for their name. None in a mail to an address that nobody has proven. */
  readonly name?: string;
  readonly facts?: readonly Fact[];
  readonly link?: string;
  /** A code to type. Beside a link it is the same grant. */
  readonly code?: string;
  readonly validForSeconds?: number;
};

/** One mail, in somebody's language. HTML and plain text are both rendered from it, so that they say the same. */
export type Message = {
  /** Neither a name nor the code: subjects are shown on locked screens and kept in the logs of mail servers. */
  readonly subject: string;
  /** Preheader: what an inbox shows beside the subject. It is long, so that the inbox does not go on to the code. */
  readonly preview: string;
  readonly heading: string;
  readonly greeting: string;
  readonly opening: string;
  readonly facts: readonly Fact[];
  readonly action: Action | undefined;
  readonly oneTime: OneTime | undefined;
  readonly closing: string;
  /** Why this person got the mail, and whom to ask. */
  readonly reason: string;
  readonly questions: string | undefined;
};

/** The label is as it stands before the value, with its colon. */
export type Fact = readonly [label: string, value: string];

/** Call to action: the button, or in plain text the link. */
export type Action = { readonly label: string; readonly link: string; readonly writtenOut: string };

export type OneTime = { readonly introduction: string; readonly code: string; readonly validity: string };
