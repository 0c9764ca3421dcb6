CREATE TABLE "token_lifetimes" (
	"seconds" integer PRIMARY KEY NOT NULL,
	"last_used_at" timestamp(3) with time zone NOT NULL
);
