CREATE TABLE "identities" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"refresh_token" text,
	"client_id" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	"last_used_at" timestamp(3) with time zone,
	"removed_at" timestamp(3) with time zone,
	"expires_at" timestamp(3) with time zone,
	CONSTRAINT "identities_removed" CHECK (("identities"."removed_at" is null) = ("identities"."expires_at" is null))
);
--> statement-breakpoint
CREATE TABLE "provider_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"identity_id" uuid NOT NULL,
	"client_id" text NOT NULL,
	"secret" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "email" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "auth_sessions" ADD COLUMN "idp" text;--> statement-breakpoint
ALTER TABLE "auth_sessions" ADD COLUMN "joining" jsonb;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "idp" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "is_guest" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "identity_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "is_guest" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "identities_issuer_subject_key" ON "identities" USING btree ("issuer","subject") WHERE "identities"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "identities_issuer_subject" ON "identities" USING btree ("issuer","subject");--> statement-breakpoint
CREATE INDEX "identities_user_id" ON "identities" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "identities_expires_at" ON "identities" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "identities_data_key" ON "identities" USING btree ((substring("refresh_token" from '^(.*):')));--> statement-breakpoint
CREATE INDEX "provider_calls_due" ON "provider_calls" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "provider_calls_expires_at" ON "provider_calls" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "provider_calls_data_key" ON "provider_calls" USING btree ((substring("secret" from '^(.*):')));--> statement-breakpoint
CREATE INDEX "users_guests" ON "users" USING btree ("created_at") WHERE "users"."is_guest";--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_identity_count" CHECK ("users"."identity_count" between 0 and 20);--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_email_verified" CHECK ("users"."email_verified_at" is null or "users"."email" is not null);--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_guest" CHECK (not "users"."is_guest" or ("users"."email" is null and "users"."password_hash" is null
        and "users"."passkey_count" + "users"."identity_count" = 0));