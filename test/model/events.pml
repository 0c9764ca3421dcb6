/* Counts what happened in the whole search, so that a test sees that no property holds for want of events. */

c_decl {
	extern int atexit(void (*)(void));
	enum event {
		EVENT_rotated, EVENT_retried, EVENT_superseded, EVENT_refused, EVENT_reused, EVENT_ended, EVENT_bound,
		EVENT_changed, EVENT_changeRetried, EVENT_replacedRefreshed, EVENT_successorEnded, EVENT_requestLost, EVENT_answerLost,
		EVENT_delayedServed, EVENT_loggedOut, EVENT_copied, EVENT_thiefServed, EVENT_thiefRefused, EVENT_thiefBound,
		EVENT_thiefFound, EVENT_ownerFoundThief, EVENTS
	};
	static const char *eventNames[] = {
		"rotated", "retried", "superseded", "refused", "reused", "ended", "bound",
		"changed", "changeRetried", "replacedRefreshed", "successorEnded", "requestLost", "answerLost",
		"delayedServed", "loggedOut", "copied", "thiefServed", "thiefRefused", "thiefBound",
		"thiefFound", "ownerFoundThief"
	};
	static unsigned long seen[EVENTS];
	static int watching;
	static int generation; /* of the newest token, for traces alone */
	static void report(void) {
		for (int event = 0; event < EVENTS; event++) printf("event %s %lu\n", eventNames[event], seen[event]);
	}
	static void watch(void) {
		if (!watching++) atexit(report);
	}
}

#define event(name) c_code { seen[EVENT_ ## name]++; }
