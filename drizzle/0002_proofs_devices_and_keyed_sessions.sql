CREATE TABLE "email_destinations" (
	"address_hash" text NOT NULL,
	"counter" text NOT NULL,
	"grant_epoch" integer DEFAULT 0 NOT NULL,
	"mails" integer DEFAULT 0 NOT NULL,
	"wrong_codes" integer DEFAULT 0 NOT NULL,
	"counted_since" timestamp(3) with time zone NOT NULL,
	"mails_paid_until" timestamp(3) with time zone NOT NULL,
	"alive" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"decided_for" uuid,
	"expires_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "email_destinations_pkey" PRIMARY KEY("address_hash","counter")
);
--> statement-breakpoint
CREATE TABLE "email_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"address_hash" text NOT NULL,
	"email" text,
	"user_id" uuid,
	"session_id" uuid,
	"device_id" uuid,
	"grant_epoch" integer NOT NULL,
	"name" text,
	"photo" text,
	"code_tries" integer DEFAULT 0 NOT NULL,
	"last_call" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"spent_at" timestamp(3) with time zone,
	"spent_call" text
);
--> statement-breakpoint
CREATE TABLE "idempotent_calls" (
	"call_hash" text PRIMARY KEY NOT NULL,
	"made_id" uuid NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "known_devices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"password_version" integer DEFAULT 0 NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailed_grants" (
	"mail_id" uuid PRIMARY KEY NOT NULL,
	"request_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"code_hash" text NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "mailed_grants_token_hash_key" UNIQUE("token_hash")
);
--> statement-breakpoint
ALTER TABLE "mails" ALTER COLUMN "user_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "login_attempts" ADD COLUMN "last_call" text;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "recipient" text;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "request_id" uuid;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "last_error" text;--> statement-breakpoint
ALTER TABLE "security_events" ADD COLUMN "count" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "security_events" ADD COLUMN "request_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "keyed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "network" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "device_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "successor_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "succession_key_hash" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "password_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "failed_sign_ins" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "spread" double precision DEFAULT random() NOT NULL;--> statement-breakpoint
ALTER TABLE "email_requests" ADD CONSTRAINT "email_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "known_devices" ADD CONSTRAINT "known_devices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailed_grants" ADD CONSTRAINT "mailed_grants_request_id_email_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."email_requests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "email_destinations_expires_at" ON "email_destinations" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "email_requests_user_id" ON "email_requests" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "email_requests_address_hash" ON "email_requests" USING btree ("address_hash");--> statement-breakpoint
CREATE INDEX "email_requests_expires_at" ON "email_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "idempotent_calls_created_at" ON "idempotent_calls" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "known_devices_user_id" ON "known_devices" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "known_devices_expires_at" ON "known_devices" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "mailed_grants_request_id" ON "mailed_grants" USING btree ("request_id");--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_request_id_email_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."email_requests"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mails_request_id" ON "mails" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "users_spread" ON "users" USING btree ("spread");