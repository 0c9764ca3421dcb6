/*
 * What is searched. Constants, which the checker reads from its environment when it starts: one checker is compiled, and
 * does for every search. checker.ts sends the numbers of the names that are defined here and in broken.pml.
 */

byte RULES; /* whose */
#define OURS 1
#define PARENT_FOREVER 2 /* the parent of the newest is answered at any time */
#define INTERVAL 3 /* the parent is answered to everybody, for 30 s */
#define WIPE 4 /* any spent token ends the session */

byte SESSION;
#define KEYLESS 1
#define KEYED 2 /* never binds */
#define BINDING 3 /* begins keyed and unbound, and binds at a refresh */
#define BOUND 4 /* since its sign-in */

byte THIEF;
#define NOBODY 0
#define TOKEN 1 /* copies the token alone */
#define STORE 2 /* copies all that the store has: the key of the next refresh too */

byte PROCESSES; /* of the owner's: 1 or 2 */
bool CHANGES; /* the owner changes the password */
bool LOGOUT; /* … signs out */
bool DELAYS; /* the network delays a request */
bool DELAYED_FOR_EVER; /* … for any time */
byte BROKEN; /* broken.pml */

c_decl {
	extern char *getenv(const char *);
	extern int atoi(const char *);
	static int option(const char *name) {
		const char *value = getenv(name);
		return value ? atoi(value) : 0;
	}
}

inline readOptions() {
	c_code {
		now.RULES = option("RULES");
		now.SESSION = option("SESSION");
		now.THIEF = option("THIEF");
		now.PROCESSES = option("PROCESSES");
		now.CHANGES = option("CHANGES");
		now.LOGOUT = option("LOGOUT");
		now.DELAYS = option("DELAYS");
		now.DELAYED_FOR_EVER = option("DELAYED_FOR_EVER");
		now.BROKEN = option("BROKEN");
	}
}
