CREATE SEQUENCE "public"."outbox_numbers" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"number" bigint,
	"user_id" uuid NOT NULL,
	"type" text NOT NULL,
	"version" integer,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp(3) with time zone,
	"delivered_at" timestamp(3) with time zone,
	"failed_at" timestamp(3) with time zone,
	"last_error" text,
	CONSTRAINT "outbox_number_key" UNIQUE("number")
);
--> statement-breakpoint
ALTER TABLE "email_requests" ADD COLUMN "metadata" jsonb;--> statement-breakpoint
ALTER TABLE "security_events" ADD COLUMN "actor_id" uuid;--> statement-breakpoint
ALTER TABLE "security_events" ADD COLUMN "details" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "disabled_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "disabled_reason" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "app_metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "outbox_without_number" ON "outbox" USING btree ("position") WHERE "outbox"."number" is null;--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("user_id","number") WHERE "outbox"."delivered_at" is null and "outbox"."failed_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("due_at") WHERE "outbox"."delivered_at" is null and "outbox"."failed_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_created_at" ON "outbox" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "mails_failed" ON "mails" USING btree ("id") WHERE "mails"."failed_at" is not null;--> statement-breakpoint
CREATE INDEX "security_events_ip" ON "security_events" USING btree ("ip","id");--> statement-breakpoint
CREATE INDEX "security_events_kind" ON "security_events" USING btree ("kind","id");--> statement-breakpoint
CREATE INDEX "users_email_beginning" ON "users" USING btree ("email" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_email_domain" ON "users" USING btree ((split_part("email", '@', 2)),"id");--> statement-breakpoint
CREATE INDEX "users_name_beginning" ON "users" USING btree (lower("name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_disabled" ON "users" USING btree ("id") WHERE "users"."disabled_at" is not null;--> statement-breakpoint
CREATE INDEX "users_admins" ON "users" USING btree ("id") WHERE "users"."role" <> 'user';--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_external_id_key" UNIQUE("external_id");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_disabled_with_reason" CHECK ("users"."disabled_at" is not null or "users"."disabled_reason" is null);--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_metadata" CHECK (jsonb_typeof("users"."metadata") = 'object' and octet_length("users"."metadata"::text) <= 4096);--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_app_metadata" CHECK (jsonb_typeof("users"."app_metadata") = 'object' and octet_length("users"."app_metadata"::text) <= 4096);--> statement-breakpoint
-- By hand, as everything below: what drizzle-kit does not write.
--
-- The outbox. Triggers write it, and so by the statement that makes the change, whichever it is. Where changes of a user wait for
-- each other (the user's row is locked), the order of their positions is the order in which they are committed.
CREATE FUNCTION "count_user_version"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "users_count_version" BEFORE UPDATE ON "users" FOR EACH ROW
  WHEN (
    (OLD.email, OLD.email_verified_at IS NULL, OLD.name, OLD.photo, OLD.role, OLD.is_guest, OLD.disabled_at IS NULL, OLD.metadata,
      OLD.app_metadata, OLD.external_id, OLD.totp_id IS NULL, OLD.passkey_count, OLD.identity_count)
    IS DISTINCT FROM
    (NEW.email, NEW.email_verified_at IS NULL, NEW.name, NEW.photo, NEW.role, NEW.is_guest, NEW.disabled_at IS NULL, NEW.metadata,
      NEW.app_metadata, NEW.external_id, NEW.totp_id IS NULL, NEW.passkey_count, NEW.identity_count)
  )
  EXECUTE FUNCTION count_user_version();--> statement-breakpoint
CREATE FUNCTION "tell_of_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (NEW.id, 'user.created', NEW.version);
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (OLD.id, 'user.deleted', OLD.version + 1);
    RETURN NULL;
  END IF;
  IF (OLD.disabled_at IS NULL) <> (NEW.disabled_at IS NULL) THEN
    INSERT INTO public.outbox (user_id, type, version)
      VALUES (NEW.id, CASE WHEN NEW.disabled_at IS NULL THEN 'user.enabled' ELSE 'user.disabled' END, NEW.version);
  END IF;
  IF OLD.email IS DISTINCT FROM NEW.email THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (NEW.id, 'user.email-changed', NEW.version);
  END IF;
  IF (OLD.email_verified_at IS NULL, OLD.name, OLD.photo, OLD.role, OLD.is_guest, OLD.metadata, OLD.app_metadata, OLD.external_id)
    IS DISTINCT FROM
    (NEW.email_verified_at IS NULL, NEW.name, NEW.photo, NEW.role, NEW.is_guest, NEW.metadata, NEW.app_metadata, NEW.external_id)
  THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (NEW.id, 'user.updated', NEW.version);
  END IF;
  IF (OLD.totp_id IS NULL) <> (NEW.totp_id IS NULL) THEN
    INSERT INTO public.outbox (user_id, type, version, details)
      VALUES (NEW.id, CASE WHEN NEW.totp_id IS NULL THEN 'factor.removed' ELSE 'factor.added' END, NEW.version, '{"factor": "totp"}');
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "users_tell_of_new" AFTER INSERT OR DELETE ON "users" FOR EACH ROW EXECUTE FUNCTION tell_of_user();--> statement-breakpoint
CREATE TRIGGER "users_tell_of_change" AFTER UPDATE ON "users" FOR EACH ROW
  WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION tell_of_user();--> statement-breakpoint
CREATE FUNCTION "tell_of_session"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.outbox (user_id, type, details) VALUES (NEW.user_id, 'session.started', jsonb_build_object('session_id', NEW.id));
  ELSE
    INSERT INTO public.outbox (user_id, type, details)
      VALUES (NEW.user_id, 'session.ended', jsonb_build_object('session_id', NEW.id, 'reason', NEW.end_reason));
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "sessions_tell_of_new" AFTER INSERT ON "sessions" FOR EACH ROW EXECUTE FUNCTION tell_of_session();--> statement-breakpoint
CREATE TRIGGER "sessions_tell_of_ended" AFTER UPDATE OF "ended_at" ON "sessions" FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION tell_of_session();--> statement-breakpoint
CREATE FUNCTION "tell_of_sessions_of_past_epochs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Begun while the statement that ended them all waited, which did not see them.
  INSERT INTO public.outbox (user_id, type, details)
    SELECT s.user_id, 'session.ended', jsonb_build_object('session_id', s.id, 'reason', 'revoked')
    FROM public.sessions s
    WHERE s.user_id = NEW.id AND s.epoch < NEW.session_epoch AND s.epoch >= OLD.session_epoch AND s.ended_at IS NULL;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "users_tell_of_sessions" AFTER UPDATE OF "session_epoch" ON "users" FOR EACH ROW
  WHEN (OLD.session_epoch <> NEW.session_epoch) EXECUTE FUNCTION tell_of_sessions_of_past_epochs();--> statement-breakpoint
-- Of passkeys and identities. Those that go with their user are not told of: the user is.
CREATE FUNCTION "tell_of_factor"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  there jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  is_there boolean := TG_OP <> 'DELETE' AND there ->> 'removed_at' IS NULL;
BEGIN
  INSERT INTO public.outbox (user_id, type, version, details)
    SELECT u.id, CASE WHEN is_there THEN 'factor.added' ELSE 'factor.removed' END, u.version, jsonb_strip_nulls(jsonb_build_object(
      'factor', TG_ARGV[0], 'id', there ->> 'id', 'provider', there ->> 'provider'))
    FROM public.users u WHERE u.id = (there ->> 'user_id')::uuid;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "passkeys_tell_of_new" AFTER INSERT ON "passkeys" FOR EACH ROW EXECUTE FUNCTION tell_of_factor('passkey');--> statement-breakpoint
CREATE TRIGGER "passkeys_tell_of_change" AFTER UPDATE OF "removed_at" ON "passkeys" FOR EACH ROW
  WHEN ((OLD.removed_at IS NULL) <> (NEW.removed_at IS NULL)) EXECUTE FUNCTION tell_of_factor('passkey');--> statement-breakpoint
CREATE TRIGGER "passkeys_tell_of_deleted" AFTER DELETE ON "passkeys" FOR EACH ROW
  WHEN (OLD.removed_at IS NULL) EXECUTE FUNCTION tell_of_factor('passkey');--> statement-breakpoint
CREATE TRIGGER "identities_tell_of_new" AFTER INSERT ON "identities" FOR EACH ROW EXECUTE FUNCTION tell_of_factor('identity');--> statement-breakpoint
CREATE TRIGGER "identities_tell_of_change" AFTER UPDATE OF "removed_at" ON "identities" FOR EACH ROW
  WHEN ((OLD.removed_at IS NULL) <> (NEW.removed_at IS NULL)) EXECUTE FUNCTION tell_of_factor('identity');--> statement-breakpoint
CREATE TRIGGER "identities_tell_of_deleted" AFTER DELETE ON "identities" FOR EACH ROW
  WHEN (OLD.removed_at IS NULL) EXECUTE FUNCTION tell_of_factor('identity');--> statement-breakpoint
-- What the access tokens of a user say beside what the service puts there. An application's own migration replaces it:
-- CREATE OR REPLACE FUNCTION latchkey_claims(u users) RETURNS jsonb …
CREATE FUNCTION "latchkey_claims"("users") RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT '{}'::jsonb $$;--> statement-breakpoint
-- The same, or an error of the class LK: a token with fewer claims than it should have is worse than none for a moment.
CREATE FUNCTION "latchkey_issued_claims"("users", "role_claim" text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  claims jsonb;
  reserved text;
BEGIN
  BEGIN
    claims := public.latchkey_claims($1);
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION USING ERRCODE = 'LK001', MESSAGE = left(format('it failed: %s %s', SQLSTATE, SQLERRM), 300);
  END;
  IF claims IS NULL OR jsonb_typeof(claims) <> 'object' THEN
    RAISE EXCEPTION USING ERRCODE = 'LK002', MESSAGE = 'it did not return an object';
  END IF;
  IF octet_length(claims::text) > 1024 THEN
    RAISE EXCEPTION USING ERRCODE = 'LK003', MESSAGE = format('it returned %s bytes, of at most 1024', octet_length(claims::text));
  END IF;
  SELECT key INTO reserved FROM jsonb_object_keys(claims) AS key
    WHERE key = role_claim OR key IN ('iss', 'aud', 'sub', 'client_id', 'iat', 'exp', 'nbf', 'jti', 'sid', 'auth_time', 'acr', 'amr',
      'status', 'cnf', 'idp', 'guest', 'act', 'may_act', 'scope')
    LIMIT 1;
  IF reserved IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'LK004', MESSAGE = format('it returned %I, which is the service''s own', reserved);
  END IF;
  RETURN claims;
END $$;
