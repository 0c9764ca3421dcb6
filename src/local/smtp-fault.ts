/**
 * How the mail server of the tests fails where it is told to.
 *
 * `refuse-recipient`: RCPT TO is answered 550. `temporary-failure`: 451. `slow`: the mail is kept and answered after
 * `milliseconds`. `close-midway`: the connection ends inside DATA, the mail is lost. `lose-answer`: the mail is kept,
 * the connection ends before the 250.
 */
export type Fault = 'refuse-recipient' | 'temporary-failure' | 'slow' | 'close-midway' | 'lose-answer';
