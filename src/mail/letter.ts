// A letter: one kind of mail. Its file in letters/ says where it goes, what its link is good for and what it says.

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
  /** A function apart, as it is all that differs between languages. */
  readonly words: (input: Given & Details) => Words;
} & (unknown extends Details
  ? { readonly details?: undefined }
  : {
      /** Reads what the statement that queued the mail wrote into `mails.details`. */
      readonly details: (detail: (name: string) => string) => Details;
    });

/** `serviceName` is the host that people know the service by. `name` is the person's, as they wrote it. */
export type Addressed = { readonly serviceName: string; readonly name: string };
export type WithLink = Addressed & { readonly link: string };
export type WithExpiringLink = WithLink & { readonly validForSeconds: number };
export type WithCode = WithExpiringLink & { readonly code: string };
/** Without a link, which would work on whatever device the mail is read. */
export type WithCodeAlone = Addressed & { readonly code: string; readonly validForSeconds: number };
/** That something happened, and when. */
export type Notice = Addressed & { readonly when: Date };

/** The content of one mail. HTML and plain text are both rendered from it, so that they say the same. */
export type Words = {
  /** Neither a name nor the code: subjects are shown on locked screens and kept in the logs of mail servers. */
  readonly subject: string;
  /** Preheader: what an inbox shows beside the subject. It is long, so that the inbox does not go on to the code. */
  readonly preview: string;
  readonly heading: string;
  /** The person's own words for their name. None in a mail to an address that nobody has proven. */
  readonly name?: string;
  readonly opening: string;
  readonly facts?: readonly Fact[];
  readonly action?: Action;
  /** A code to type. Beside an action it is the same grant. */
  readonly oneTime?: OneTime;
  readonly closing: string;
  /** Why this person got the mail. */
  readonly reason: string;
};

export type Fact = readonly [label: string, value: string];

/** Call to action: the button, or in plain text the link. */
export type Action = { readonly label: string; readonly link: string };

export type OneTime = { readonly code: string; readonly validForSeconds: number };
