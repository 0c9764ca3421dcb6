/**
 * Faults that tests inject into the mail server.
 *
 * `refuse-recipient`: answers RCPT TO with 550. `temporary-failure`: with 451. `slow`: accepts the mail and answers
 * after `milliseconds`. `close-midway`: closes the connection during DATA, and the mail is lost. `lose-answer`:
 * accepts the mail and closes the connection before the 250.
 */
export type Fault = 'refuse-recipient' | 'temporary-failure' | 'slow' | 'close-midway' | 'lose-answer';
