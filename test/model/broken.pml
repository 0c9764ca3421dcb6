/* BROKEN: one rule of ours that is broken, to see a property fail. The tests list which. */

/* The service. */
#define retriesWithAnyKey 1 /* the parent is retried without its key, within 24 h */
#define retriesWithoutKey 2 /* … by a call without a key, within 30 s, though the session is keyed */
#define neverRetries 3
#define olderIsSuperseded 4 /* older tokens do not end the session */
#define supersededForADay 5
#define replacesForAnyKey 6 /* a change of the password: the old token brings the new session without the key */
#define replacesNobody 7
#define replacesRefreshed 8 /* … also after the new session was refreshed */
#define replacesForKeyless 9 /* … where the new session is bound, though the old one was not */
#define sparesSuccessor 10 /* … after it was refreshed: nothing, and the new session lives */
#define boundNeedsNoProof 11
#define boundSpentIsReuse 12 /* a spent token with the session's key ends the session */
#define bindingIsNotRetried 13 /* the token from before the binding, with the session's key, ends the session */
#define unboundIsRefused 14 /* … without it is refused, and the session lives */
#define changeLosesBinding 15

/* The client. */
#define newKeyForEachCall 20
#define ignoresLock 21
#define deviceKeyIsNotSaved 22 /* a crash brings another one */
#define forgetsBinding 23 /* a crash forgets that binding was begun */
#define bindsWhatWasSent 24 /* begins binding with a token that has been sent without a proof */
