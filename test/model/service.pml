/* The service: one row, and for each call the one statement that decides. */

bool live = true;
byte bound = NO_PROOF; /* the device key that the session is bound to */
bool parentIsBound; /* the parent has `cnf` in it; the newest has, where the session is bound */
bool keyed;
byte spentKey = NO_KEY; /* of the call that spent the parent */
byte window = LATER; /* since then */
/* The session took the place of another, of whose newest token somebody may have `replaced`. */
byte replacedKey = NO_KEY;
bool replacedJustNow; /* within 30 s */
bool replacedLongAgo;
bool replacedIsBound;
bool unrefreshed;

/* What the last call came to. */
mtype outcome;
bool changing; /* the call is a change of the password, not a refresh */

#define hasCnf(token) \
	(token == olderBound || (token == parent && parentIsBound) || \
	(token == newest && bound != NO_PROOF) || (token == replaced && replacedIsBound))

inline moveOn() {
	for (i : 0 .. HOLDERS - 1) {
		if
		:: held[i] == parent -> held[i] = (parentIsBound -> olderBound : older)
		:: held[i] == newest -> held[i] = parent
		:: else
		fi
	}
	if
	:: DELAYED_FOR_EVER -> skip
	:: !DELAYED_FOR_EVER && (held[DELAYED] == replaced || held[DELAYED] == older || held[DELAYED] == olderBound) ->
		held[DELAYED] = nothing
	:: else -> delayedLong = true
	fi;
	if
	:: has[parent] && parentIsBound -> has[olderBound] = true
	:: has[parent] && !parentIsBound -> has[older] = true
	:: else
	fi;
	has[parent] = has[newest];
	knownKey[parent] = knownKey[newest];
	has[newest] = false;
	knownKey[newest] = NO_KEY;
	c_code { generation++; }
}

inline rotate(key, proof) {
	moveOn();
	parentIsBound = (bound != NO_PROOF);
	if
	:: bound == NO_PROOF && proof != NO_PROOF -> bound = proof; event(bound)
	:: else
	fi;
	spentKey = key;
	keyed = keyed || key != NO_KEY;
	window = WITHIN_30_S;
	unrefreshed = false;
	outcome = rotated
}

inline reuse() {
	live = false;
	outcome = reused
}

inline decideSpentUnbound(token, key) {
	if
	:: token == older && BROKEN == olderIsSuperseded -> outcome = superseded
	:: token == older && BROKEN != olderIsSuperseded -> reuse()
	:: token == parent ->
		if
		:: BROKEN == neverRetries -> reuse()
		:: BROKEN == retriesWithAnyKey && window <= WITHIN_24_H -> outcome = retried
		:: BROKEN == retriesWithoutKey && key == NO_KEY && window == WITHIN_30_S -> outcome = retried
		:: else ->
			if
			:: key != NO_KEY && key == spentKey && window <= WITHIN_24_H -> outcome = retried
			:: key == NO_KEY && !keyed && window == WITHIN_30_S -> outcome = retried
			:: else ->
				if
				:: window == WITHIN_30_S || (BROKEN == supersededForADay && window == WITHIN_24_H) ->
					outcome = superseded
				:: else -> reuse()
				fi
			fi
		fi
	fi
}

inline decideBound(token, key, proof) {
	if
	:: hasCnf(token) && proof != bound && BROKEN != boundNeedsNoProof -> outcome = refused
	:: hasCnf(token) && (proof == bound || BROKEN == boundNeedsNoProof) ->
		if
		:: token == newest -> rotate(key, proof)
		:: else ->
			if
			:: BROKEN == boundSpentIsReuse -> reuse()
			:: else -> outcome = retried
			fi
		fi
	:: !hasCnf(token) ->
		if
		:: token == parent && proof == bound && BROKEN != bindingIsNotRetried -> outcome = retried
		:: else ->
			if
			:: BROKEN == unboundIsRefused -> outcome = refused
			:: else -> reuse()
			fi
		fi
	fi
}

/* The session that took the place of the token's is there, for whoever brings the key of the change. */
#define bringsSuccessor(key) \
	(BROKEN != replacesNobody && live && !replacedLongAgo && \
	((key != NO_KEY && key == replacedKey) || BROKEN == replacesForAnyKey))

inline decideReplaced(token, key, proof) {
	if
	:: hasCnf(token) && proof != bound -> outcome = refused
	:: (!hasCnf(token) || proof == bound) && bringsSuccessor(key) ->
		if
		/* Of a session that was bound before the change, nobody else can have asked. */
		:: unrefreshed || hasCnf(token) || BROKEN == replacesRefreshed ||
			(BROKEN == replacesForKeyless && bound != NO_PROOF) -> outcome = retried
		:: else ->
			/* Somebody else has refreshed the successor: another process, or the key was copied. */
			if
			:: replacedJustNow && BROKEN != sparesSuccessor -> outcome = superseded
			:: !replacedJustNow && BROKEN != sparesSuccessor -> live = false; event(successorEnded); outcome = ended
			:: else -> outcome = ended
			fi
		fi
	:: else -> outcome = ended
	fi
}

inline decideByPeers(token, key) {
	if
	:: token == newest -> rotate(key, NO_PROOF)
	:: token == parent && (RULES == PARENT_FOREVER || (RULES == INTERVAL && window == WITHIN_30_S)) -> outcome = retried
	:: else -> reuse()
	fi
}

inline replaceSession(key) {
	for (i : 0 .. HOLDERS - 1) {
		if
		:: held[i] == newest -> held[i] = replaced
		:: held[i] != nothing && held[i] != newest -> held[i] = dead
		:: else
		fi
	}
	has[replaced] = has[newest];
	knownKey[replaced] = knownKey[newest];
	has[newest] = false;
	has[parent] = false;
	has[older] = false;
	has[olderBound] = false;
	knownKey[newest] = NO_KEY;
	knownKey[parent] = NO_KEY;
	if
	:: BROKEN == changeLosesBinding -> bound = NO_PROOF
	:: else
	fi;
	replacedIsBound = (bound != NO_PROOF);
	parentIsBound = false;
	keyed = false;
	spentKey = NO_KEY;
	window = LATER;
	replacedKey = key;
	replacedJustNow = true;
	replacedLongAgo = false;
	unrefreshed = true;
	unkeyedChange = unkeyedChange || key == NO_KEY;
	c_code { generation = 0; };
	outcome = changed
}

inline decideChange(token, key, proof) {
	if
	:: bound != NO_PROOF && proof != bound -> outcome = refused
	:: else ->
		if
		:: token == newest -> replaceSession(key)
		:: else -> outcome = superseded
		fi
	fi
}

/* The answer of `rotated`, `retried` and `changed` is the newest token. */
#define bringsTokens (outcome == rotated || outcome == retried || outcome == changed)

inline tellOutcome() {
	printm(askedToken);
	printf(" token: ");
	printm(outcome);
	printf("; the newest is of generation %d\n", c_expr { generation })
}

/* Fewer states: nothing reads these before the next call. */
inline forgetCall() {
	i = 0;
	askedToken = nothing;
	changing = false;
	outcome = none
}

inline serve(token, key, proof) {
	outcome = none;
	if
	:: token == replaced -> decideReplaced(token, key, proof)
	:: token != replaced && (token == dead || !live) -> outcome = ended
	:: token != replaced && token != dead && live ->
		if
		:: changing -> decideChange(token, key, proof)
		:: !changing && RULES != OURS -> decideByPeers(token, key)
		:: !changing && RULES == OURS && bound != NO_PROOF -> decideBound(token, key, proof)
		:: !changing && RULES == OURS && bound == NO_PROOF ->
			if
			:: token == newest -> rotate(key, proof)
			:: else -> decideSpentUnbound(token, key)
			fi
		fi
	fi
}
